import { aLock } from '../../support/a-budget.ts';
import { aKey, aPem } from '../../support/a-certificate.ts';

/** A small edit of a file below `bundles/`; a file that is not there is made. */
export type Edit =
  | { readonly file: string; readonly from: string; readonly to: string }
  | { readonly file: string; readonly add: string };

/** Something that goes wrong in practice, and what `lint` says of it. */
export interface PlantedFault {
  /** What went wrong; past failures of the release model by their numbers. */
  readonly what: string;
  readonly id: string;
  readonly edits: readonly Edit[];
  /** File below `bundles/`, and text that stands on the line of the finding. */
  readonly at: readonly [file: string, line: string];
  /** Part of the message. */
  readonly says: string;
  /** Lint it by itself: it hides others. */
  readonly alone?: true;
}

const turso = 'packages/turso/chart/templates';
const api = 'packages/cowabunga-api/chart/templates';
const ui = 'packages/cowabunga-ui/chart/templates';
const llama = 'packages/llama-cpp-python';
const vllm = 'packages/vllm';
const whisper = 'packages/whisper';
const repeater = 'packages/repeater';
const cpu = 'bundles/dev/cpu/uds-bundle.yaml';
const gpu = 'bundles/dev/gpu/uds-bundle.yaml';

const turso0 = 'ghcr.io/tursodatabase/libsql-server:v0.24.32';
const lockOf = (image: string, bytes: number): string => JSON.stringify(aLock(image, [bytes]));

const gateway = `  - name: supabase-gateway
    required: true
    only:
      flavor: upstream
    charts:
      - name: supabase-gateway
        namespace: cowabungaai
        localPath: charts/gateway
        version: "###ZARF_PKG_TMPL_IMAGE_VERSION###"
`;

const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });

/** In the order of past failures, then by area. */
export const faults: readonly PlantedFault[] = [
  {
    what: 'P1: the base image was renamed where it is built',
    id: 'release/base-images',
    edits: [
      { file: 'Makefile', add: 'sdk:\n\tdocker build -t localhost:5000/cowabunga-sdk:dev sdk\n' },
      { file: 'api/Dockerfile', add: 'FROM localhost:5000/leap-sdk:dev AS sdk\n' },
    ],
    at: ['api/Dockerfile', 'leap-sdk'],
    says: 'nothing here builds or locks leap-sdk',
  },
  {
    what: 'P3: the payload is sent to a label that no pod has',
    id: 'deployment/payload-contract',
    edits: [edit(`${llama}/zarf.yaml`, 'app=cowabunga-llama-cpp-python', 'app=cowabunga-llama')],
    at: [`${llama}/zarf.yaml`, 'app=cowabunga-llama'],
    says: 'no pod template has the labels',
  },
  {
    what: 'P3: the payload is sent to another namespace than its pod',
    id: 'deployment/payload-contract',
    edits: [
      edit(
        `${whisper}/zarf.yaml`,
        'target:\n          namespace: cowabungaai',
        'target:\n          namespace: whisper',
      ),
    ],
    at: [`${whisper}/zarf.yaml`, 'namespace: whisper'],
    says: 'it goes to namespace whisper, its pod is in cowabungaai',
  },
  {
    what: 'P3: the payload is sent to a container of another name',
    id: 'deployment/payload-contract',
    edits: [edit(`${llama}/zarf.yaml`, 'container: data-loader', 'container: data-injector')],
    at: [`${llama}/zarf.yaml`, 'container: data-injector'],
    says: "the pod has no container 'data-injector'",
  },
  {
    what: 'P3: the payload is put where nothing is mounted',
    id: 'deployment/payload-contract',
    edits: [edit(`${whisper}/zarf.yaml`, 'path: /data/.model', 'path: /srv/.model')],
    at: [`${whisper}/zarf.yaml`, 'path: /srv/.model'],
    says: '/srv/.model',
  },
  {
    what: 'P3: the pod waits for a marker that is never written',
    id: 'deployment/payload-contract',
    edits: [
      edit(
        `${llama}/chart/templates/deployment.yaml`,
        '###ZARF_DATA_INJECTION_MARKER###',
        'loaded',
      ),
    ],
    at: [`${llama}/zarf.yaml`, 'path: /data/.model'],
    says: 'does not wait for',
  },
  {
    what: 'P5: the folder of a package was moved',
    id: 'release/paths',
    edits: [edit('cowa-release.yaml', 'packages/whisper', 'packages/speech')],
    at: ['cowa-release.yaml', 'packages/speech'],
    says: 'packages/speech',
    alone: true,
  },
  {
    what: 'P6: a certificate that has run out by the day of installation',
    id: 'release/certificates',
    edits: [{ file: `${turso}/../files/ca.pem`, add: aPem('turso', '2025-01-01', '2026-06-01') }],
    at: ['packages/turso/chart/files/ca.pem', 'BEGIN CERTIFICATE'],
    says: 'holds until 2026-06-01: on 2026-12-01 it has run out',
  },
  {
    what: 'P6: the key beside it',
    id: 'release/private-keys',
    edits: [{ file: `${turso}/../files/ca.key`, add: aKey() }],
    at: ['packages/turso/chart/files/ca.key', 'BEGIN PRIVATE KEY'],
    says: 'a private key is shipped',
  },
  {
    what: 'an image that does not say where it comes from',
    id: 'release/image-labels',
    edits: [
      edit(
        'stand-ins/cowa-release.yaml',
        '            org.opencontainers.image.source: https://github.com/awdemos/cowabungaai\n',
        '',
      ),
    ],
    at: ['stand-ins/cowa-release.yaml', 'base: scratch'],
    says: 'does not say source',
    alone: true,
  },
  {
    what: 'P7: the image a pod runs is not the one that is carried',
    id: 'deployment/images-carried',
    edits: [edit('packages/turso/values/upstream-values.yaml', 'v0.24.32', 'v0.24.33')],
    at: [`${turso}/deployment.yaml`, 'image:'],
    says: 'needs ghcr.io/tursodatabase/libsql-server:v0.24.33',
  },
  {
    what: 'P7: the image of an init container is left out',
    id: 'deployment/images-carried',
    edits: [edit(`${whisper}/zarf.yaml`, '      - cgr.dev/chainguard/bash', '      # - bash')],
    at: [`${whisper}/chart/templates/deployment.yaml`, 'modelInjectionContainer.image'],
    says: "init container 'data-loader' needs cgr.dev/chainguard/bash",
  },
  {
    what: 'P7: the image of a hook is left out',
    id: 'deployment/images-carried',
    edits: [edit('packages/turso/zarf.yaml', '      - docker.io/curlimages/curl:8.11.1\n', '')],
    at: [`${turso}/migrations.yaml`, 'migrations.image.repository'],
    says: 'docker.io/curlimages/curl:8.11.1',
  },
  {
    what: 'P8: the cluster does not know a kind',
    id: 'target/kinds',
    edits: [
      {
        file: `${turso}/serviceaccount.yaml`,
        add: '---\napiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: { name: turso }\n',
      },
    ],
    at: [`${turso}/serviceaccount.yaml`, 'kind: postgresql'],
    says: 'postgresql of acid.zalan.do/v1',
    // An operator may make what others miss.
    alone: true,
  },
  {
    what: 'P9: a placeholder nobody declares',
    id: 'deployment/placeholders',
    edits: [edit(`${llama}/values/upstream-values.yaml`, 'VAR_PVC_SIZE', 'VAR_PVC_SZE')],
    at: [`${llama}/values/upstream-values.yaml`, 'VAR_PVC_SZE'],
    says: '###ZARF_VAR_PVC_SZE### is declared nowhere',
  },
  {
    what: 'P9: nothing where a name is wanted',
    id: 'schema/kubernetes',
    edits: [edit(`${turso}/deployment.yaml`, '- name: turso\n', '- name:\n')],
    at: [`${turso}/deployment.yaml`, '- name:\n'],
    says: 'spec.template.spec.containers[0].name is empty',
  },
  {
    what: 'a key of a chart that Helm passes over',
    id: 'schema/chart-files',
    edits: [{ file: `${whisper}/chart/Chart.yaml`, add: 'maintainer: nobody\n' }],
    at: [`${whisper}/chart/Chart.yaml`, 'maintainer:'],
    says: "'maintainer'",
  },
  {
    what: 'a field in the wrong spelling',
    id: 'schema/kubernetes',
    edits: [edit(`${api}/service.yaml`, 'targetPort:', 'targetport:')],
    at: [`${api}/service.yaml`, 'targetport:'],
    says: 'targetport',
  },
  {
    what: 'P10: a chart makes a namespace of the target',
    id: 'target/namespace-owners',
    edits: [
      {
        file: `${whisper}/chart/templates/namespace.yaml`,
        add: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: keycloak\n',
      },
    ],
    at: [`${whisper}/chart/templates/namespace.yaml`, 'name: keycloak'],
    says: "it makes namespace 'keycloak', which belongs to the target",
  },
  {
    what: 'P12: a key the secret does not have',
    id: 'references/secrets',
    edits: [edit(`${ui}/deployment.yaml`, 'key: clientId', 'key: client-identifier')],
    at: [`${ui}/deployment.yaml`, 'secretKeyRef:'],
    says: 'client-identifier',
  },
  {
    what: 'P12: the package that makes a secret comes later',
    id: 'release/order',
    edits: [
      edit(
        cpu,
        `  - name: turso
    path: ../../../packages/turso
    ref: 0.14.0
    flavor: upstream
  - name: cowabunga-api
    path: ../../../packages/cowabunga-api
    ref: 0.14.0
    flavor: upstream
`,
        `  - name: cowabunga-api
    path: ../../../packages/cowabunga-api
    ref: 0.14.0
    flavor: upstream
  - name: turso
    path: ../../../packages/turso
    ref: 0.14.0
    flavor: upstream
`,
      ),
    ],
    at: [`${api}/_database.tpl`, 'secretKeyRef'],
    says: 'that comes behind',
    alone: true,
  },
  {
    what: 'P12: the component that makes a config map comes last',
    id: 'release/component-order',
    edits: [
      edit('packages/supabase/zarf.yaml', gateway, ''),
      { file: 'packages/supabase/zarf.yaml', add: `\n${gateway}` },
    ],
    at: ['packages/supabase/charts/supabase/templates/parts.yaml', 'name: supabase-gateway'],
    says: "which component 'supabase-gateway' makes, and that comes behind 'supabase'",
  },
  {
    what: 'P16: a document quotes an image of another version',
    id: 'brand/references',
    edits: [
      { file: 'README.md', add: '\nRun `ghcr.io/awdemos/cowabungaai/cowabunga-api:0.13.1`.\n' },
    ],
    at: ['README.md', 'cowabunga-api:0.13.1'],
    says: '0.13.1',
  },
  {
    what: 'P18: a workflow calls one that is gone',
    id: 'release/workflows',
    edits: [
      {
        file: '.github/workflows/release.yaml',
        add: 'on: push\njobs:\n  test:\n    uses: ./.github/workflows/test.yaml\n',
      },
    ],
    at: ['.github/workflows/release.yaml', 'uses:'],
    says: 'test.yaml',
  },
  {
    what: 'P19: the old name of the product',
    id: 'brand/names',
    edits: [{ file: 'README.md', add: '\nFormerly known as LeapfrogAI.\n' }],
    at: ['README.md', 'LeapfrogAI'],
    says: 'LeapfrogAI',
  },
  {
    what: 'a link to a page that is not there',
    id: 'brand/links',
    edits: [{ file: 'README.md', add: '\nSee [upgrading](docs/upgrading.md).\n' }],
    at: ['README.md', 'docs/upgrading.md'],
    says: 'docs/upgrading.md',
  },
  {
    what: 'a key in the wrong spelling',
    id: 'definition/schema',
    edits: [edit('packages/turso/zarf.yaml', 'localPath: chart', 'localpath: chart')],
    at: ['packages/turso/zarf.yaml', 'localpath: chart'],
    says: 'localpath',
    alone: true,
  },
  {
    what: 'a file that was never added',
    id: 'definition/resolved',
    edits: [
      edit(
        `${repeater}/zarf.yaml`,
        '    images:\n',
        '    files: [{ source: seed.json, target: seed.json }]\n    images:\n',
      ),
    ],
    at: [`${repeater}/zarf.yaml`, 'seed.json'],
    says: 'names seed.json, which does not exist',
  },
  {
    what: 'a template reads a value that is not there',
    id: 'deployment/rendered',
    edits: [
      edit(`${repeater}/chart/templates/service.yaml`, '.Values.service.type', '.Values.svc.type'),
    ],
    at: [`${repeater}/chart/templates/service.yaml`, '.Values.svc.type'],
    says: 'nil pointer',
    alone: true,
  },
  {
    what: 'a tag that moves',
    id: 'deployment/images-pinned',
    edits: [
      edit('packages/turso/zarf.yaml', 'curl:8.11.1', 'curl:latest'),
      edit('packages/turso/values/upstream-values.yaml', '8.11.1', 'latest'),
    ],
    at: ['packages/turso/zarf.yaml', 'curl:latest'],
    says: "the tag 'latest' moves",
  },
  {
    what: 'an image that nothing runs any more',
    id: 'deployment/images-used',
    edits: [
      edit(
        `${repeater}/zarf.yaml`,
        '    images:\n',
        '    images:\n      - ghcr.io/awdemos/cowabungaai/echo:1\n',
      ),
    ],
    at: [`${repeater}/zarf.yaml`, 'cowabungaai/echo:1'],
    says: 'which nothing that is deployed names',
  },
  {
    what: 'the volume is smaller than the weights',
    id: 'budget/payload-fits',
    edits: [
      { file: 'stand-ins/payloads/llama-cpp-python/model.gguf', add: 'x'.repeat(2000) },
      edit(`${llama}/zarf.yaml`, "default: '15Gi'", "default: '1Ki'"),
    ],
    at: [`${llama}/zarf.yaml`, '- source: .model/'],
    says: 'does not fit claim',
  },
  {
    what: 'an image grew by a third',
    id: 'budget/growth',
    edits: [
      edit(
        'cowa-release.yaml',
        'counter: 1\n',
        'counter: 1\npreviousRelease: previous.lock.json\n',
      ),
      { file: 'previous.lock.json', add: lockOf(turso0, 60_000_000) },
      { file: 'cowa-release.lock.json', add: lockOf(turso0, 80_000_000) },
    ],
    at: [turso0, ''],
    says: 'it grew by 33 %',
    alone: true,
  },
  {
    what: 'P3: a package that is heavier than its budget',
    id: 'budget/predicted',
    edits: [{ file: 'cowa-release.lock.json', add: lockOf(turso0, 210_000_000) }],
    at: ['turso', ''],
    says: '210000000 bytes go in, more than',
    alone: true,
  },
  {
    what: 'an address with another port',
    id: 'references/addresses',
    edits: [edit('packages/cowabunga-ui/zarf.yaml', 'cluster.local:8080', 'cluster.local:8081')],
    at: [`${ui}/deployment.yaml`, '.Values.settings.apiBaseUrl'],
    says: '8081',
  },
  {
    what: 'a service that was renamed in one place',
    id: 'references/backends',
    edits: [
      edit(`${ui}/uds-package.yaml`, 'service: {{ include "ui.fullname" . }}', 'service: ui'),
    ],
    at: [`${ui}/uds-package.yaml`, 'service: ui'],
    says: "it sends to service 'ui'",
  },
  {
    what: 'a claim nobody makes',
    id: 'references/claims',
    edits: [
      edit(
        `${llama}/chart/templates/deployment.yaml`,
        'claimName: {{ include "backend.fullname" . }}-pvc',
        'claimName: {{ include "backend.fullname" . }}-data',
      ),
    ],
    at: [`${llama}/chart/templates/deployment.yaml`, '-data'],
    says: 'llama-cpp-python-model-data',
  },
  {
    what: 'a storage class the target does not have',
    id: 'references/classes',
    edits: [
      edit('packages/turso/chart/values.yaml', 'storageClass: local-path', 'storageClass: gp3'),
    ],
    at: [`${turso}/pvc.yaml`, 'storageClassName'],
    says: 'gp3',
  },
  {
    what: 'a config map that was renamed in one place',
    id: 'references/config-maps',
    edits: [edit(`${vllm}/chart/templates/deployment.yaml`, '-sdk-configmap', '-sdk-config')],
    at: [`${vllm}/chart/templates/deployment.yaml`, '-sdk-config'],
    says: 'vllm-model-sdk-config',
  },
  {
    what: 'a role that was renamed in one place',
    id: 'references/role-bindings',
    edits: [
      edit(
        `${api}/rbac.yaml`,
        '  kind: Role\n  name: {{ include "api.fullname" . }}',
        '  kind: Role\n  name: api-reader',
      ),
    ],
    at: [`${api}/rbac.yaml`, 'name: api-reader'],
    says: 'api-reader',
  },
  {
    what: 'an autoscaler for a deployment that has another name',
    id: 'references/scale-targets',
    edits: [
      {
        file: `${ui}/hpa.yaml`,
        add: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ui
spec:
  maxReplicas: 3
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: cowabunga-web
`,
      },
    ],
    at: [`${ui}/hpa.yaml`, 'name: cowabunga-web'],
    says: 'cowabunga-web',
  },
  {
    what: 'a disruption budget for pods of another label',
    id: 'references/selected-pods',
    edits: [
      {
        file: `${api}/pdb.yaml`,
        add: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: api
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app: api }
`,
      },
    ],
    at: [`${api}/pdb.yaml`, 'selector'],
    says: 'app=api',
  },
  {
    what: 'an account that is not made',
    id: 'references/service-accounts',
    edits: [
      edit(
        `${turso}/deployment.yaml`,
        'serviceAccountName: {{ .Values.serviceAccount.name }}',
        'serviceAccountName: database',
      ),
    ],
    at: [`${turso}/deployment.yaml`, 'serviceAccountName: database'],
    says: "'database'",
  },
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
  {
    what: 'capabilities are kept',
    id: 'security/capabilities',
    edits: [edit('packages/turso/chart/values.yaml', 'drop: [ALL]', 'drop: [NET_RAW]')],
    at: [`${turso}/deployment.yaml`, '.Values.securityContext'],
    says: "container 'turso' does not drop ALL",
  },
  {
    what: 'a container runs as root',
    id: 'security/non-root',
    edits: [
      edit(
        `${repeater}/chart/values.yaml`,
        '  runAsNonRoot: true\n  runAsUser: 65532',
        '  runAsUser: 0',
      ),
    ],
    at: [`${repeater}/chart/templates/deployment.yaml`, '.Values.securityContext'],
    says: 'runs as user 0',
  },
  {
    what: 'rights may be gained',
    id: 'security/privilege-escalation',
    edits: [
      edit(
        'packages/turso/chart/values.yaml',
        'allowPrivilegeEscalation: false',
        'allowPrivilegeEscalation: true',
      ),
    ],
    at: [`${turso}/deployment.yaml`, '.Values.securityContext'],
    says: 'may gain rights',
  },
  {
    what: 'the root file system can be written to',
    id: 'security/read-only-root',
    edits: [
      edit(
        `${repeater}/chart/values.yaml`,
        'readOnlyRootFilesystem: true',
        'readOnlyRootFilesystem: false',
      ),
    ],
    at: [`${repeater}/chart/templates/deployment.yaml`, '.Values.securityContext'],
    says: 'can write to its root file system',
  },
  {
    what: 'no seccomp profile',
    id: 'security/seccomp',
    edits: [
      edit('packages/turso/chart/values.yaml', '  seccompProfile:\n    type: RuntimeDefault\n', ''),
    ],
    at: [
      `${turso}/deployment.yaml`,
      'securityContext:\n            {{- toYaml .Values.securityContext',
    ],
    says: 'seccomp',
  },
  {
    what: 'the network of the node is used',
    id: 'security/host-access',
    edits: [
      edit(
        `${api}/deployment.yaml`,
        '      containers:\n',
        '      hostNetwork: true\n      containers:\n',
      ),
    ],
    at: [`${api}/deployment.yaml`, 'hostNetwork'],
    says: 'hostNetwork',
  },
  {
    what: 'nobody says when the API is ready',
    id: 'security/probes',
    edits: [edit(`${api}/deployment.yaml`, 'readinessProbe:', 'startupProbe:')],
    at: [`${api}/deployment.yaml`, '- name: api\n          image'],
    says: "container 'api' has ports and no readinessProbe",
  },
  {
    what: 'no limit for memory',
    id: 'security/resources',
    edits: [edit('packages/turso/chart/values.yaml', '    memory: 1Gi\n', '')],
    at: [`${turso}/deployment.yaml`, 'resources:'],
    says: 'no limit for memory',
  },
  {
    what: 'a token in plain text',
    id: 'security/secret-literals',
    edits: [
      edit(
        `${ui}/deployment.yaml`,
        '            - name: DEFAULT_MODEL\n',
        '            - name: SESSION_SECRET\n              value: 9f2b7c41d0\n            - name: DEFAULT_MODEL\n',
      ),
    ],
    at: [`${ui}/deployment.yaml`, '9f2b7c41d0'],
    says: 'SESSION_SECRET',
  },
  {
    what: 'a token for the cluster that nobody needs',
    id: 'security/service-account-token',
    edits: [
      edit(
        `${llama}/chart/templates/deployment.yaml`,
        '      automountServiceAccountToken: false\n',
        '',
      ),
    ],
    at: [`${llama}/chart/templates/deployment.yaml`, 'spec:\n      securityContext'],
    says: 'token of service account',
  },
  {
    what: 'a version Kubernetes does not serve any more',
    id: 'target/api-versions',
    edits: [
      {
        file: `${whisper}/chart/templates/pdb.yaml`,
        add: 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: whisper\n',
      },
    ],
    at: [`${whisper}/chart/templates/pdb.yaml`, 'apiVersion'],
    says: 'policy/v1beta1',
  },
  {
    what: 'an object goes to a namespace that is not made',
    id: 'target/namespaces',
    edits: [
      edit(`${turso}/service.yaml`, 'namespace: {{ .Release.Namespace }}', 'namespace: database'),
    ],
    at: [`${turso}/service.yaml`, 'namespace: database'],
    says: "'database'",
  },
  {
    what: 'a chart takes a variable that is not declared',
    id: 'variables/chart-variables',
    edits: [
      edit(
        `${repeater}/zarf.yaml`,
        '        localPath: chart\n',
        '        localPath: chart\n        variables:\n          - { name: REPLICAS, description: Pods, path: replicaCount }\n',
      ),
    ],
    at: [`${repeater}/zarf.yaml`, 'REPLICAS'],
    says: 'REPLICAS',
  },
  {
    what: 'a setting in the wrong spelling',
    id: 'variables/config',
    edits: [edit('bundles/dev/gpu/uds-config.yaml', 'subdomain: ai', 'subdomian: ai')],
    at: ['bundles/dev/gpu/uds-config.yaml', 'subdomian'],
    says: 'SUBDOMIAN',
  },
  {
    what: 'a variable without a default',
    id: 'variables/defaulted',
    edits: [edit(`${llama}/zarf.yaml`, "    default: 'local-path'\n", '')],
    at: [`${llama}/zarf.yaml`, '- name: PVC_STORAGE_CLASS'],
    says: 'PVC_STORAGE_CLASS',
  },
  {
    what: 'an override of a value that the chart does not have',
    id: 'variables/overrides',
    edits: [edit(gpu, 'path: gpu.runtimeClassName', 'path: gpu.runtimeClass')],
    at: [gpu, 'path: gpu.runtimeClass\n'],
    says: 'gpu.runtimeClass',
  },
  {
    what: 'free text that is not quoted',
    id: 'variables/quoted',
    edits: [
      edit(
        'packages/cowabunga-ui/values/upstream-values.yaml',
        '"###ZARF_VAR_SYSTEM_PROMPT###"',
        '###ZARF_VAR_SYSTEM_PROMPT###',
      ),
    ],
    at: ['packages/cowabunga-ui/values/upstream-values.yaml', 'SYSTEM_PROMPT'],
    says: 'SYSTEM_PROMPT',
  },
  {
    what: 'a secret as a default',
    id: 'variables/sensitive',
    edits: [
      edit(
        'packages/cowabunga-ui/zarf.yaml',
        'default: ""\n    sensitive',
        'default: sk-0123456789\n    sensitive',
      ),
    ],
    at: ['packages/cowabunga-ui/zarf.yaml', 'sk-0123456789'],
    says: 'OPENAI_API_KEY',
  },
  {
    what: 'a default that its pattern refuses',
    id: 'variables/typed',
    edits: [edit('packages/cowabunga-ui/zarf.yaml', 'default: "0.1"', 'default: "1.5"')],
    at: ['packages/cowabunga-ui/zarf.yaml', 'default: "1.5"'],
    says: 'TEMPERATURE',
  },
  {
    what: 'a variable nothing uses any more',
    id: 'variables/used',
    edits: [
      edit(
        `${whisper}/zarf.yaml`,
        'variables:\n',
        'variables:\n  - { name: BEAM_SIZE, description: Beams, default: "5" }\n',
      ),
    ],
    at: [`${whisper}/zarf.yaml`, 'BEAM_SIZE'],
    says: 'BEAM_SIZE',
  },
  {
    what: 'a value in the wrong spelling',
    id: 'variables/values-read',
    edits: [edit(`${whisper}/values/upstream-values.yaml`, '  storageClass:', '  storageclass:')],
    at: [`${whisper}/values/upstream-values.yaml`, 'storageclass'],
    says: 'persistence.storageclass',
  },
  {
    what: 'a variable of a container that stands twice',
    id: 'workloads/containers',
    edits: [edit(`${api}/deployment.yaml`, '- name: PORT\n', '- name: DEV\n')],
    at: [`${api}/deployment.yaml`, '- name: DEV\n              value: {{ .Values.api.service.port'],
    says: 'DEV',
  },
  {
    what: 'an object that two packages deploy',
    id: 'workloads/duplicates',
    edits: [
      {
        file: `${ui}/settings.yaml`,
        add: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: turso-migrations\ndata: {}\n',
      },
    ],
    at: [`${ui}/settings.yaml`, 'name: turso-migrations'],
    says: "ConfigMap 'turso-migrations'",
  },
  {
    what: 'half a GPU',
    id: 'workloads/gpus',
    edits: [
      edit(
        `${vllm}/zarf.yaml`,
        "default: '1'\n    pattern: '^[1-9][0-9]*$'\n  - name: GPU_RUNTIME",
        "default: '0.5'\n    pattern: '^[0-9.]+$'\n  - name: GPU_RUNTIME",
      ),
    ],
    at: [`${vllm}/chart/templates/deployment.yaml`, '.Values.resources'],
    says: '0.5',
  },
  {
    what: 'a job that cannot be deployed a second time',
    id: 'workloads/job-names',
    edits: [
      edit(
        `${api}/migrations-job.yaml`,
        '-migrations-{{ .Values.api.migration.image.tag }}',
        '-migrations',
      ),
    ],
    at: [`${api}/migrations-job.yaml`, 'name: {{ include "api.fullname" . }}-migrations'],
    says: 'migrations',
  },
  {
    what: 'a probe of a port that is called otherwise',
    id: 'workloads/probes',
    edits: [
      edit(
        `${ui}/deployment.yaml`,
        'port: http\n            initialDelay',
        'port: web\n            initialDelay',
      ),
    ],
    at: [`${ui}/deployment.yaml`, 'port: web'],
    says: 'asks port web',
  },
  {
    what: 'a selector that its own pods do not fit',
    id: 'workloads/selectors',
    edits: [
      edit(
        `${turso}/deployment.yaml`,
        '    matchLabels:\n',
        '    matchLabels:\n      tier: database\n',
      ),
    ],
    at: [`${turso}/deployment.yaml`, 'tier: database'],
    says: 'tier',
  },
  {
    what: 'a service of a port that pods do not have',
    id: 'workloads/services',
    edits: [edit(`${llama}/chart/templates/service.yaml`, 'targetPort: grpc', 'targetPort: http')],
    at: [`${llama}/chart/templates/service.yaml`, 'targetPort: http'],
    says: "'http'",
  },
  {
    what: 'a mount of a volume that is called otherwise',
    id: 'workloads/volumes',
    edits: [
      edit(
        `${whisper}/chart/templates/deployment.yaml`,
        '- name: scratch\n              mountPath',
        '- name: tmp\n              mountPath',
      ),
    ],
    at: [`${whisper}/chart/templates/deployment.yaml`, '- name: tmp'],
    says: "'tmp'",
  },
];
