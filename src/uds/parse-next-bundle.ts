import type { DocumentProblem } from '../support/document-problem.ts';
import { decodeUtf8 } from '../support/json-document.ts';
import type {
  NextBundle,
  NextPackage,
  ParsedBundleDefinition,
  UdsBundle,
  UdsPackage,
} from './bundle.ts';
import { type HclBody, HclFault } from './hcl/hcl-syntax.ts';
import { parseHcl } from './hcl/parse-hcl.ts';
import { HclReader } from './next-bundle-reader.ts';
import { readNextPackage } from './next-package.ts';
import { sourceKind } from './source-kind.ts';

/** The one version of the language that is known. */
const nextApiVersion = 'uds.dev/v1alpha1';

const maxBytes = 2 ** 20;
type Places = Map<string, { readonly line: number; readonly column: number }>;

/**
 * Reads a `bundle.uds.hcl` as it stands in an archive: nothing is left to be fetched or called.
 * Never throws. The bundle is present whenever every part of it could be read.
 * @param architecture what `sys.arch` stands for; `''` where it is not known
 * @param files of one that is not finished: what `file("…")` gives, by path as written
 * @see shared reference of the UDS bundle format, 1.4
 */
export function parseNextBundle(
  bytes: Uint8Array,
  architecture: string,
  files: ReadonlyMap<string, string> = new Map(),
): ParsedBundleDefinition {
  const problems: DocumentProblem[] = [];
  const places: Places = new Map([['', { line: 1, column: 1 }]]);
  const locate = (pointer: string): { readonly line: number; readonly column: number } =>
    nearest(places, pointer);
  const body = readBody(bytes, problems);
  if (body === undefined) return { format: 'next', problems, locate };
  const reader = new HclReader(body, architecture, problems, files);
  const apiVersion = readApiVersion(body, reader);
  if (apiVersion !== undefined && apiVersion !== nextApiVersion)
    return { format: 'next', problems, locate, unknownApiVersion: apiVersion };
  const metadata = readMetadata(body, reader, places);
  const packages = body.blocks
    .filter(({ type }) => type === 'package')
    .map((block, index) => {
      places.set(`/packages/${index}`, block.place);
      return readNextPackage(block, index, reader, places);
    });
  if (packages.length === 0)
    reader.report('DOCUMENT_RULE', { line: 1, column: 1 }, '', 'the bundle has no packages');
  noteUnknown(body, reader);
  const sound = packages.filter((each): each is NextPackage => each !== undefined);
  judgeDependencies(sound, reader, places);
  if (apiVersion === undefined || metadata === undefined || sound.length < packages.length)
    return { format: 'next', problems, locate };
  const next: NextBundle = { apiVersion, metadata, packages: sound };
  return { format: 'next', bundle: toUdsBundle(next, architecture), next, problems, locate };
}

function readBody(bytes: Uint8Array, problems: DocumentProblem[]): HclBody | undefined {
  if (bytes.length > maxBytes) {
    const message = `the document has ${bytes.length} bytes, at most ${maxBytes} are read`;
    problems.push({
      code: 'DOCUMENT_SIZE',
      message,
      pointer: '',
      line: 1,
      column: 1,
      severity: 'error',
    });
    return undefined;
  }
  const decoded = decodeUtf8(bytes);
  if (decoded.problem !== undefined) {
    problems.push(decoded.problem);
    return undefined;
  }
  try {
    return parseHcl(decoded.text);
  } catch (error) {
    if (!(error instanceof HclFault)) throw error;
    problems.push({
      code: error.code,
      message: error.message,
      pointer: '',
      ...error.place,
      severity: 'error',
    });
    return undefined;
  }
}

function readApiVersion(body: HclBody, reader: HclReader): string | undefined {
  const block = reader.onlyBlock(body, 'uds');
  if (block === undefined) return undefined;
  reader.refuseOthers(block, ['bundle_api_version'], '/uds');
  return reader.text(block, 'bundle_api_version', '/uds', true);
}

function readMetadata(
  body: HclBody,
  reader: HclReader,
  places: Places,
): NextBundle['metadata'] | undefined {
  const block = reader.onlyBlock(body, 'metadata');
  if (block === undefined) return undefined;
  places.set('/metadata', block.place);
  reader.refuseOthers(block, ['name', 'description', 'version'], '/metadata');
  const name = reader.text(block, 'name', '/metadata', true);
  const description = reader.text(block, 'description', '/metadata', false);
  const version = reader.text(block, 'version', '/metadata', false);
  if (name === '')
    reader.report('DOCUMENT_RULE', block.place, '/metadata/name', 'the bundle has an empty name');
  if (name === undefined) return undefined;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
  };
}

/** What a reader passes over in silence may have been meant. */
function noteUnknown(body: HclBody, reader: HclReader): void {
  const known = ['uds', 'metadata', 'locals', 'package'];
  for (const { type, place } of body.blocks) {
    if (!known.includes(type))
      reader.note(place, `/${type}`, `the block '${type}' is not known and means nothing`);
  }
  for (const { name, place } of body.attributes)
    reader.note(place, `/${name}`, `the attribute '${name}' is not known and means nothing`);
}

function judgeDependencies(
  packages: readonly NextPackage[],
  reader: HclReader,
  places: Places,
): void {
  const byName = new Map<string, NextPackage>();
  for (const [index, each] of packages.entries()) {
    const pointer = `/packages/${index}`;
    if (byName.has(each.name))
      reader.report(
        'DOCUMENT_RULE',
        nearest(places, pointer),
        pointer,
        `a package '${each.name}' stands above already`,
      );
    byName.set(each.name, each);
  }
  for (const [index, each] of packages.entries()) {
    const pointer = `/packages/${index}/dependsOn`;
    for (const name of each.dependsOn) {
      if (!byName.has(name))
        reader.report(
          'DOCUMENT_RULE',
          nearest(places, pointer),
          pointer,
          `'${each.name}' depends on '${name}', which the bundle does not hold`,
        );
    }
  }
  const state = new Map<string, 'open' | 'done'>();
  const isCyclic = (name: string): boolean => {
    const before = state.get(name);
    if (before !== undefined) return before === 'open';
    state.set(name, 'open');
    const cyclic = (byName.get(name)?.dependsOn ?? []).some(isCyclic);
    state.set(name, 'done');
    return cyclic;
  };
  for (const [index, { name }] of packages.entries()) {
    const pointer = `/packages/${index}/dependsOn`;
    if (isCyclic(name))
      reader.report(
        'DOCUMENT_RULE',
        nearest(places, pointer),
        pointer,
        `'${name}' depends on itself, directly or through others`,
      );
  }
}

/** The members both formats have, in the terms of the older one. */
function toUdsBundle(next: NextBundle, architecture: string): UdsBundle {
  return {
    metadata: { ...next.metadata, ...(architecture === '' ? {} : { architecture }) },
    packages: next.packages.map(toUdsPackage),
  };
}

function toUdsPackage({
  name,
  source,
  namespace,
  optionalComponents,
  verification,
}: NextPackage): UdsPackage {
  const bare = source.replace(/^oci:\/\//, '');
  const colon = bare.indexOf(':', bare.lastIndexOf('/') + 1);
  const remote = sourceKind(source) === 'registry';
  const repository = colon < 0 ? bare : bare.slice(0, colon);
  return {
    name,
    ...(remote ? { repository } : { path: source }),
    ref: remote && colon >= 0 ? bare.slice(colon + 1) : '',
    ...(namespace === undefined ? {} : { namespace }),
    ...(optionalComponents.length === 0 ? {} : { optionalComponents }),
    ...(verification?.publicKey === undefined ? {} : { publicKey: verification.publicKey }),
    ...(verification?.keyless === undefined ? {} : { keylessVerification: verification.keyless }),
  };
}

function nearest(
  places: Places,
  pointer: string,
): { readonly line: number; readonly column: number } {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at);
    if (place !== undefined) return place;
    if (at === '') return { line: 1, column: 1 };
  }
}
