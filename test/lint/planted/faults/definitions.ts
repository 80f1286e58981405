import { aLock } from '../../../support/a-budget.ts';
import { edit } from '../edit.ts';
import { llama, repeater } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

const turso0 = 'ghcr.io/tursodatabase/libsql-server:v0.24.32';
const lockOf = (image: string, bytes: number): string => JSON.stringify(aLock(image, [bytes]));

/** In the definitions of packages: keys, files, templates, images and their weight. */
export const definitionFaults: readonly PlantedFault[] = [
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
];
