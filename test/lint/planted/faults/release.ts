import { edit } from '../edit.ts';
import { cpu, gpu, llama, vllm, whisper } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

/** Packages, bundles, flavors and channels that do not fit each other. */
export const releaseFaults: readonly PlantedFault[] = [
  {
    what: 'a bundle takes a flavor that is not made',
    id: 'release/bundle-packages',
    edits: [
      edit(
        cpu,
        'path: ../../../packages/turso\n    ref: 0.14.0\n    flavor: upstream',
        'path: ../../../packages/turso\n    ref: 0.14.0\n    flavor: registry1',
      ),
    ],
    at: [cpu, 'flavor: registry1'],
    says: "has no flavor 'registry1'",
  },
  {
    what: 'the published bundle was not changed with the other one',
    id: 'release/channels',
    edits: [edit('bundles/latest/gpu/uds-bundle.yaml', 'default: nvidia', 'default: nvidia-cdi')],
    at: ['bundles/latest/gpu/uds-bundle.yaml', 'text-embeddings-model:'],
    says: 'text-embeddings',
  },
  {
    what: 'an optional component of another name',
    id: 'release/components',
    edits: [
      edit(gpu, '  - name: whisper\n', '  - name: whisper\n    optionalComponents: [large]\n'),
    ],
    at: [gpu, 'optionalComponents'],
    says: 'large',
  },
  {
    what: 'a flavor that does not make what its bundle takes',
    id: 'release/flavor-packages',
    edits: [
      edit(
        'cowa-release.yaml',
        `      - path: packages/whisper
        set: { IMAGE_VERSION: 0.14.0 }
      - path: packages/cowabunga-ui
        set: { IMAGE_VERSION: 0.14.0 }
    bundle: { path: bundles/dev/cpu }`,
        `      - path: packages/cowabunga-ui
        set: { IMAGE_VERSION: 0.14.0 }
    bundle: { path: bundles/dev/cpu }`,
      ),
    ],
    at: [cpu, 'name: whisper'],
    says: 'whisper',
    alone: true,
  },
  {
    what: 'a GPU in the flavor for CPUs',
    id: 'release/flavor-purity',
    edits: [
      {
        file: `${llama}/values/upstream-values.yaml`,
        add: '\nresources:\n  limits:\n    nvidia.com/gpu: "1"\n',
      },
    ],
    at: [`${llama}/chart/templates/deployment.yaml`, '.Values.resources'],
    says: 'flavor cpu',
  },
  {
    what: 'no GPU for the backend of the flavor for GPUs',
    id: 'release/flavor-purity',
    edits: [
      edit(
        `${vllm}/values/upstream-values.yaml`,
        '    nvidia.com/gpu: "###ZARF_VAR_GPU_LIMIT###"',
        '    cpu: "###ZARF_VAR_GPU_LIMIT###"',
      ),
      edit(`${vllm}/chart/values.yaml`, 'nvidia.com/gpu', 'ephemeral-storage'),
    ],
    at: [gpu, 'name: vllm'],
    says: 'asks for no GPU',
  },
  {
    what: 'a chart goes to a namespace of its own',
    id: 'release/namespaces',
    edits: [
      edit(
        `${whisper}/zarf.yaml`,
        '        namespace: cowabungaai\n        localPath',
        '        namespace: whisper\n        localPath',
      ),
    ],
    at: [`${whisper}/zarf.yaml`, 'namespace: whisper'],
    says: 'whisper',
  },
  {
    what: 'the UI asks for a model that is not there',
    id: 'release/platform',
    edits: [edit('bundles/dev/cpu/uds-config.yaml', 'model: llama-cpp-python', 'model: gpt-4')],
    at: ['bundles/dev/cpu/uds-config.yaml', 'model: gpt-4'],
    says: 'gpt-4',
  },
  {
    what: 'two packages make one Helm release',
    id: 'release/release-names',
    edits: [
      edit(
        'packages/text-embeddings/zarf.yaml',
        '      - name: text-embeddings-model\n        namespace',
        '      - name: text-embeddings-model\n        releaseName: whisper-model\n        namespace',
      ),
    ],
    at: [`${whisper}/zarf.yaml`, '- name: whisper-model\n        namespace'],
    says: 'whisper-model',
    alone: true,
  },
  {
    what: 'R9: a version raised in four of five places',
    id: 'release/versions',
    edits: [edit('bundles/latest/cpu/uds-bundle.yaml', 'version: 0.14.0', 'version: 0.13.2')],
    at: ['bundles/latest/cpu/uds-bundle.yaml', 'version: 0.13.2'],
    says: '0.13.2',
  },
  {
    what: 'a wait for something that has another name',
    id: 'release/waits',
    edits: [
      edit(
        'packages/turso/zarf.yaml',
        'kind: Deployment\n                name: turso',
        'kind: Deployment\n                name: turso-server',
      ),
    ],
    at: ['packages/turso/zarf.yaml', 'turso-server'],
    says: 'turso-server',
  },
];
