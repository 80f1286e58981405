import { edit } from '../edit.ts';
import { gpu, llama, repeater, whisper } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

/** Variables, settings and values. */
export const variableFaults: readonly PlantedFault[] = [
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
];
