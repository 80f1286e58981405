import { aPem } from '../../../support/a-certificate.ts';
import { edit } from '../edit.ts';
import { api, embeddings } from '../places.ts';
import type { SoundVariation } from '../sound-variation.ts';

/** Documents, workflows, certificates, base images; ends of lines and of files. */
export const fileVariations: readonly SoundVariation[] = [
  {
    what: 'documents with addresses, code and old versions of other things',
    edits: [
      {
        file: 'README.md',
        add: '\nSee <https://example.org/a/b> and [above](#try-it-without-the-real-images); Helm 3.13.1 is too old.\n',
      },
    ],
  },
  {
    what: 'a workflow that calls others of the same folder and pinned ones',
    edits: [
      {
        file: '.github/workflows/all.yaml',
        add: `on: { push: { branches: [main] } }
jobs:
  build:
    uses: ./.github/workflows/one.yaml
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
`,
      },
      {
        file: '.github/workflows/one.yaml',
        add: 'on: workflow_call\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n',
      },
    ],
  },
  {
    what: 'a certificate that lasts, and words about keys',
    edits: [
      { file: 'packages/turso/chart/files/ca.pem', add: aPem('turso', '2025-01-01', '2030-06-01') },
      {
        file: 'packages/turso/chart/files/how.txt',
        add: 'openssl writes -----BEGIN PRIVATE KEY-----, then the key, then -----END PRIVATE KEY-----\n',
      },
    ],
  },
  {
    what: 'base images that are built here, stay, or are named by a build argument',
    edits: [
      { file: 'Makefile', add: 'sdk:\n\tdocker build -t localhost:5000/cowabunga-sdk:dev sdk\n' },
      {
        file: 'api/Containerfile',
        add: 'ARG R=localhost:5000\nARG BASE\nFROM $R/cowabunga-sdk:dev AS sdk\nFROM ${BASE}\nCOPY --from=sdk /a /a\nCOPY --from=docker.io/library/busybox:1.36 /bin/sh /bin/sh\n',
      },
    ],
  },
  {
    what: 'Windows line ends',
    edits: [
      edit(
        `${embeddings}/values/upstream-values.yaml`,
        'gpu:\n  runtimeClassName:',
        'gpu:\r\n  runtimeClassName:',
      ),
    ],
  },
  {
    what: 'a file that ends without a line end',
    edits: [edit(`${api}/chart/Chart.yaml`, 'appVersion: 0.14.0\n', 'appVersion: 0.14.0')],
  },
];
