import { edit } from '../edit.ts';
import { embeddings, repeater, ui } from '../places.ts';
import type { SoundVariation } from '../sound-variation.ts';

/** Variables, components and settings that our own definitions do without. */
export const definitionVariations: readonly SoundVariation[] = [
  {
    what: 'a pattern that the default fits at its edge',
    edits: [edit(`${ui}/zarf.yaml`, 'default: "0.1"', 'default: "1.0"')],
  },
  {
    what: 'a default of several lines',
    edits: [
      edit(
        `${ui}/zarf.yaml`,
        '    default: You are a helpful assistant.\n',
        '    default: >-\n      You are a helpful assistant:\n      answer in short.\n',
      ),
    ],
  },
  {
    what: 'a variable that an action sets and another one reads',
    edits: [
      edit(
        `${repeater}/zarf.yaml`,
        '    images:\n',
        `    actions:
      onDeploy:
        before:
          - cmd: date +%s
            mute: true
            setVariables: [{ name: STARTED }]
          - cmd: echo "\${ZARF_VAR_STARTED}"
    images:
`,
      ),
    ],
  },
  {
    what: 'an optional component of its own',
    edits: [
      {
        file: `${repeater}/zarf.yaml`,
        add: `
  - name: repeater-notes
    description: For people
    manifests:
      - name: notes
        namespace: cowabungaai
        files: [notes.yaml]
`,
      },
      {
        file: `${repeater}/notes.yaml`,
        add: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: repeater-notes\ndata:\n  note: "###ZARF_CONST_IMAGE_VERSION###"\n',
      },
    ],
  },
  {
    what: 'annotations and x- keys in definitions',
    edits: [
      edit(
        `${ui}/zarf.yaml`,
        '  architecture: amd64\n',
        '  architecture: amd64\n  annotations:\n    org.example.team: web\n  x-owner: web\n',
      ),
    ],
  },
  {
    what: 'a YAML anchor between components',
    edits: [
      edit(
        `${embeddings}/zarf.yaml`,
        '    only:\n      flavor: upstream\n',
        '    only: &supply\n      flavor: upstream\n',
      ),
    ],
  },
  {
    what: 'names of settings in small letters, as operators write them',
    edits: [edit('bundles/dev/gpu/uds-config.yaml', 'gpu_limit: "1"', 'GPU_Limit: 1')],
  },
  {
    what: 'a setting for all packages',
    edits: [{ file: 'bundles/dev/cpu/uds-config.yaml', add: 'shared:\n  domain: example.org\n' }],
  },
];
