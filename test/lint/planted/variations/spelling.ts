import { edit } from '../edit.ts';
import { api, llama, repeater, turso, whisper } from '../places.ts';
import type { SoundVariation } from '../sound-variation.ts';

/** The same YAML and the same names, written in another way. */
export const spellings: readonly SoundVariation[] = [
  {
    what: 'metadata in flow style',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        `metadata:
  name: turso
  version: "###ZARF_PKG_TMPL_IMAGE_VERSION###"
  description: libSQL database server of CowabungaAI
  architecture: amd64
`,
        `metadata: { name: turso, version: "###ZARF_PKG_TMPL_IMAGE_VERSION###", architecture: amd64 }
`,
      ),
    ],
  },
  {
    what: 'a list in flow style',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        '        valuesFiles:\n          - values/upstream-values.yaml\n',
        '        valuesFiles: [ values/upstream-values.yaml ]\n',
      ),
    ],
  },
  {
    what: 'quoted keys',
    edits: [edit(`${turso}/zarf.yaml`, '    images:', '    "images":')],
  },
  {
    what: 'single quotes',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        'ghcr.io/tursodatabase/libsql-server:v0.24.32',
        "'ghcr.io/tursodatabase/libsql-server:v0.24.32'",
      ),
    ],
  },
  {
    what: 'a document start and comments',
    edits: [
      edit(`${turso}/zarf.yaml`, 'kind: Zarf', '---\n# What the rest needs first.\nkind: Zarf'),
    ],
  },
  {
    what: 'keys in another order',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        '        localPath: chart\n        version: 0.1.0\n',
        '        version: 0.1.0\n        localPath: chart\n',
      ),
    ],
  },
  {
    what: 'a path with ./',
    edits: [edit(`${llama}/zarf.yaml`, 'localPath: chart', 'localPath: ./chart')],
  },
  {
    what: 'a version quoted',
    edits: [edit('bundles/dev/cpu/uds-bundle.yaml', 'version: 0.14.0', 'version: "0.14.0"')],
  },
  {
    what: 'references of packages quoted',
    edits: [edit('bundles/dev/cpu/uds-bundle.yaml', 'ref: 0.14.0', "ref: '0.14.0'")],
  },
  {
    what: 'an anchor and an alias in values',
    edits: [
      edit(
        `${repeater}/chart/values.yaml`,
        'nameOverride: ""',
        'x-none: &none ""\nnameOverride: *none',
      ),
    ],
  },
  {
    what: 'a merge key in values',
    edits: [
      {
        file: `${whisper}/values/upstream-values.yaml`,
        add: '\nx-base: &base\n  replicaCount: 1\n<<: *base\n',
      },
    ],
  },
  {
    what: 'a comment behind a value',
    edits: [
      edit(`${llama}/chart/values.yaml`, 'replicaCount: 1', 'replicaCount: 1 # one GGUF, one pod'),
    ],
  },
  {
    what: 'an image by its short name, which means the same',
    edits: [
      edit(
        `${api}/values/upstream-values.yaml`,
        'repository: docker.io/kiwigrid/',
        'repository: kiwigrid/',
      ),
    ],
  },
  {
    what: 'a tag and a digest, both in lists and values',
    edits: [
      edit(`${turso}/zarf.yaml`, 'curl:8.11.1', `curl:8.11.1@sha256:${'a'.repeat(64)}`),
      edit(
        `${turso}/values/upstream-values.yaml`,
        'tag: 8.11.1',
        `tag: 8.11.1@sha256:${'a'.repeat(64)}`,
      ),
    ],
  },
];
