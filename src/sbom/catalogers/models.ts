import { createHash } from 'node:crypto';
import type { ImageView, SeenFile } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import { licenceClaims } from '../licences/licence-claim.ts';
import { packageUrl } from '../package-url.ts';
import type { Cataloger, PassingTaker } from './cataloger.ts';
import { placeOf } from './found.ts';
import { readGguf } from './gguf.ts';
import { type ModelFacts, modelCardLicence, readModelConfig } from './model-facts.ts';
import { maxSafetensorsHead, readSafetensors } from './safetensors.ts';

const weights = /\.(gguf|safetensors)$/i;
const maxGgufHead = 64 * 2 ** 20;

/** Files with the weights of models, and what lies beside them. */
export const modelCataloger: Cataloger = {
  id: 'model',
  wants({ path, type }) {
    if (type !== 'file') return undefined;
    const [, format] = weights.exec(path) ?? [];
    if (format !== undefined)
      return { how: 'passing', taker: weightsTaker(format.toLowerCase() === 'gguf') };
    if (/(?:^|\/)config\.json$/.test(path))
      return {
        how: 'whole',
        maxBytes: 4 * 2 ** 20,
        read: (content) => {
          const config = readModelConfig(content.toString('utf8'));
          return config === undefined ? undefined : { kind: 'model-config', config };
        },
      };
    if (/(?:^|\/)README\.md$/.test(path))
      return {
        how: 'whole',
        maxBytes: 4 * 2 ** 20,
        read: (content) => {
          const licence = modelCardLicence(content.toString('utf8', 0, 16_384));
          return licence === '' ? undefined : { kind: 'model-card', licence };
        },
      };
    return undefined;
  },
  packages(view) {
    const files = view.files('model');
    const groups = new Map<string, SeenFile<'model'>[]>();
    for (const file of files) {
      const key = groupOf(file);
      groups.set(key, [...(groups.get(key) ?? []), file]);
    }
    return [...groups.values()].map((group) => toPackage(group, view));
  },
};

/** Shards of one model, `model-00001-of-00003`, are one. */
function groupOf({ path }: SeenFile<'model'>): string {
  return path.replace(/-\d{5}-of-\d{5}(?=\.[a-z]+$)/i, '');
}

function weightsTaker(gguf: boolean): PassingTaker {
  const hash = createHash('sha256');
  const limit = gguf ? maxGgufHead : maxSafetensorsHead;
  let pieces: Buffer[] = [];
  let held = 0;
  let size = 0;
  let head: Omit<ModelFacts, 'sha256' | 'size'> | undefined;
  let tryAt = 2 ** 16;
  const read = (): void => {
    const bytes = Buffer.concat(pieces);
    pieces = [bytes];
    head = gguf ? readGguf(bytes) : readSafetensors(bytes);
    if (head !== undefined) pieces = [];
  };
  return {
    push(piece) {
      hash.update(piece);
      size += piece.length;
      if (head !== undefined || held >= limit) return;
      pieces.push(Buffer.from(piece));
      held += piece.length;
      // Tried again only when twice as much is there: reading stays linear.
      if (held >= tryAt) {
        tryAt = held * 2;
        read();
      }
    },
    end() {
      if (head === undefined) read();
      if (head === undefined)
        throw new RangeError('its head is cut short, or too large to be read');
      return { kind: 'model', model: { ...head, sha256: hash.digest('hex'), size } };
    },
  };
}

function toPackage(group: readonly SeenFile<'model'>[], view: ImageView): FoundPackage {
  const [first] = group;
  if (first === undefined) throw new RangeError('a model of no file');
  const { model } = first.facts;
  const folder = first.path.slice(0, Math.max(0, first.path.lastIndexOf('/')));
  const config = view.find(`${folder}/config.json`, 'model-config');
  const card = view.find(`${folder}/README.md`, 'model-card');
  const base = groupOf(first).slice(folder.length === 0 ? 0 : folder.length + 1);
  const stem = base.replace(weights, '');
  // Many call the file just "model": then the folder names it.
  const name =
    model.name ||
    config?.facts.config.name.split('/').at(-1) ||
    (stem === 'model' ? (folder.split('/').at(-1) ?? stem) : stem);
  const architecture =
    config?.facts.config.architecture || model.architecture || config?.facts.config.modelType || '';
  const parameters = group.reduce((sum, { facts }) => sum + facts.model.parameters, 0);
  const tensors = group.reduce((sum, { facts }) => sum + facts.model.tensors, 0);
  const quantization = config?.facts.config.quantization || (model.numberTypes[0] ?? '');
  const licence = model.licence || (card?.facts.licence ?? '');
  return {
    kind: 'model',
    cataloger: 'model',
    name,
    version: model.version,
    purl: packageUrl(
      'generic',
      undefined,
      name,
      model.version,
      group.length === 1 ? { checksum: `sha256:${model.sha256}` } : {},
    ),
    cpes: [],
    licences: licenceClaims(licence === '' ? [] : [licence]),
    ...(model.author === '' ? {} : { supplier: model.author }),
    locations: [
      ...group.map((file) => ({ ...placeOf(file, true), sha256: file.facts.model.sha256 })),
      ...[config, card].flatMap((file) => (file === undefined ? [] : [placeOf(file, false)])),
    ],
    ...(group.length === 1 ? { hashes: [{ alg: 'SHA-256', content: model.sha256 }] } : {}),
    owns: group.map(({ path }) => path),
    metadataType: model.format === 'gguf' ? 'gguf-file-header' : '',
    metadata:
      model.format === 'gguf'
        ? {
            ggufVersion: model.formatVersion,
            fileSize: model.size,
            architecture,
            quantization,
            parameters,
            tensorCount: tensors,
          }
        : {},
    model: {
      ...(architecture === '' ? {} : { architecture }),
      properties: {
        format: model.format,
        parameters: String(parameters),
        tensors: String(tensors),
        quantization,
        numberTypes: model.numberTypes.join(', '),
        bytes: String(group.reduce((sum, { facts }) => sum + facts.model.size, 0)),
      },
    },
  };
}
