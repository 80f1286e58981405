import type { ArchiveFacts, PackageFacts, PackageFile } from '../checks/facts.ts';
import { digestOf } from '../oci/digest.ts';
import type { DifferenceKind, ReproducedDifference } from '../report/reproduce-report.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';

type Place = Pick<ReproducedDifference, 'package' | 'path'>;

const signatures: readonly string[] = ['zarf.bundle.sig', 'zarf.yaml.sig'];
/** What lists digests of other files, and so differs whenever they do. */
const lists: readonly string[] = ['checksums.txt', 'images/index.json', 'sboms.tar'];

/**
 * Where an archive and one that was made again differ, file by file, each with the reason; sorted by kind, worst
 * first. Of archives that hold the same files in other bytes it says how they are packed.
 */
export function compareArchives(
  given: ArchiveFacts,
  again: ArchiveFacts,
): readonly ReproducedDifference[] {
  const found: ReproducedDifference[] = [];
  const named = new Map(again.packages.map((each) => [each.label, each]));
  const isBundle = given.bundle !== undefined;
  for (const each of given.packages) {
    const other = named.get(each.label);
    named.delete(each.label);
    const place = isBundle ? { package: each.label } : {};
    if (other === undefined)
      found.push({ kind: 'missing', ...place, message: 'the package is not made now' });
    else found.push(...explained(comparePackages(each, other, place)));
  }
  for (const label of named.keys())
    found.push({ kind: 'extra', package: label, message: 'the package is not in the archive' });
  const ofBundle = compareBundles(given, again);
  found.push(...(found.length === 0 ? explained(ofBundle) : ofBundle));
  if (found.length === 0) found.push(...comparePacking(given, again));
  else if (found.every(isOfSigners)) found.push(...compareCounts(given, again, found));
  return found.toSorted((a, b) => rank[a.kind] - rank[b.kind]);
}

const rank: Readonly<Record<DifferenceKind, number>> = {
  content: 0,
  missing: 1,
  extra: 2,
  timestamp: 3,
  tool: 4,
  packing: 5,
  follows: 6,
  signature: 7,
};

function isOfSigners({ kind }: ReproducedDifference): boolean {
  return kind === 'signature' || kind === 'follows';
}

/** A list follows from what it lists; where nothing else in the package differs it was changed by itself. */
function explained(found: readonly ReproducedDifference[]): readonly ReproducedDifference[] {
  if (!found.every(isOfSigners)) return found;
  return found.map((each) =>
    each.kind === 'follows' ? { ...each, kind: 'content', message: unexplained(each) } : each,
  );
}

function unexplained({ path = '', message }: ReproducedDifference): string {
  return lists.includes(path) ? `${path} differs, and nothing that it lists` : message;
}

/** Where only signatures differ, there are as many entries but for those, and they are compressed alike. */
function compareCounts(
  given: ArchiveFacts,
  again: ArchiveFacts,
  found: readonly ReproducedDifference[],
): readonly ReproducedDifference[] {
  const signed = found.filter(({ path = '' }) => signatures.includes(path));
  const gone = signed.filter(({ actual }) => actual === undefined).length;
  const added = signed.filter(({ expected }) => expected === undefined).length;
  const [before, now] = [given.entries.length - gone, again.entries.length - added];
  const [a, b] = [given.container.compression, again.container.compression];
  const said = [
    ...(before === now ? [] : [`the tar has ${before} entries besides, and now ${now}`]),
    ...(a === b ? [] : [`it is ${a}, and now ${b}`]),
  ];
  return said.length === 0 ? [] : [{ kind: 'packing', message: said.join('; ') }];
}

function comparePackages(
  given: PackageFacts,
  again: PackageFacts,
  place: Place,
): readonly ReproducedDifference[] {
  const found: ReproducedDifference[] = [];
  for (const [path, file] of given.files) {
    const other = again.files.get(path);
    if (other?.digest === undefined) {
      if (file.digest !== undefined)
        found.push({
          kind: signatures.includes(path) ? 'signature' : 'missing',
          ...place,
          path,
          expected: file.digest,
          message: `${path} is not made now`,
        });
    } else if (file.digest !== other.digest) found.push(...compareFiles(file, other, place));
  }
  for (const [path, { digest }] of again.files)
    if (digest !== undefined && given.files.get(path)?.digest === undefined)
      found.push({
        kind: signatures.includes(path) ? 'signature' : 'extra',
        ...place,
        path,
        actual: digest,
        message: `${path} is not in the archive`,
      });
  return found;
}

function compareFiles(
  given: PackageFile,
  again: PackageFile,
  place: Place,
): readonly ReproducedDifference[] {
  const { path } = given;
  const at = {
    ...place,
    path,
    ...(given.digest === undefined ? {} : { expected: given.digest }),
    ...(again.digest === undefined ? {} : { actual: again.digest }),
  };
  if (signatures.includes(path))
    return [{ kind: 'signature', ...at, message: `${path} is by another signer` }];
  if (path === 'zarf.yaml') return compareDefinitions(given, again, at);
  if (lists.includes(path))
    return [{ kind: 'follows', ...at, message: `${path} lists what differs elsewhere` }];
  const inside = compareNested(given, again, at);
  if (inside.length > 0) return inside;
  return [{ kind: 'content', ...at, message: `${path} has other bytes${firstText(given, again)}` }];
}

/** Charts, values files and manifests of a component, as far as both were kept. */
function compareNested(
  given: PackageFile,
  again: PackageFile,
  place: Place,
): readonly ReproducedDifference[] {
  const found: ReproducedDifference[] = [];
  const [before, now] = [given.nested?.files, again.nested?.files];
  if (before === undefined || now === undefined) return [];
  for (const name of [...new Set([...before.keys(), ...now.keys()])].sort()) {
    const [a, b] = [before.get(name), now.get(name)];
    const at = { ...place, path: `${given.path}!${name}` };
    if (a === undefined && b !== undefined)
      found.push({
        kind: 'extra',
        ...at,
        actual: digestOf(b),
        message: `${name} is not in the archive`,
      });
    else if (b === undefined && a !== undefined)
      found.push({
        kind: 'missing',
        ...at,
        expected: digestOf(a),
        message: `${name} is not made now`,
      });
    else if (a !== undefined && b !== undefined && !Buffer.from(a).equals(b))
      found.push({
        kind: 'content',
        ...at,
        expected: digestOf(a),
        actual: digestOf(b),
        message: `${name} has other bytes from byte ${firstByte(a, b)} on`,
      });
  }
  return found;
}

/** Members of `zarf.yaml` that say when and by what, and those that follow from other files. */
const definitionKinds: readonly (readonly [RegExp, DifferenceKind])[] = [
  [/^\/build\/timestamp$/, 'timestamp'],
  [/^\/build\/version$/, 'tool'],
  [/^\/metadata\/annotations\/dev\.cowa-release\.builder$/, 'tool'],
  [/^\/metadata\/aggregateChecksum$/, 'follows'],
  [/^\/build\/(?:signed|provenanceFiles(?:\/.*)?)$/, 'signature'],
];

function compareDefinitions(
  given: PackageFile,
  again: PackageFile,
  at: Place,
): readonly ReproducedDifference[] {
  return compareMembers('zarf.yaml', given.content, again.content, definitionKinds, at);
}

const bundleKinds: readonly (readonly [RegExp, DifferenceKind])[] = [
  [/^\/build\/timestamp$/, 'timestamp'],
  [/^\/build\/version$/, 'tool'],
  [/^\/packages\/[0-9]+\/publicKey$/, 'signature'],
  [/^\/packages\/[0-9]+\/ref$/, 'follows'],
];

function compareBundles(given: ArchiveFacts, again: ArchiveFacts): readonly ReproducedDifference[] {
  const digest = given.bundle?.definitionDigest;
  if (given.bundle === undefined || digest === again.bundle?.definitionDigest) return [];
  const contentOf = ({ entries, bundle }: ArchiveFacts): Uint8Array | undefined =>
    entries.find((entry) => entry.digest === bundle?.definitionDigest)?.content;
  const place = { path: 'uds-bundle.yaml' };
  return compareMembers('uds-bundle.yaml', contentOf(given), contentOf(again), bundleKinds, place);
}

function compareMembers(
  name: string,
  given: Uint8Array | undefined,
  again: Uint8Array | undefined,
  kinds: readonly (readonly [RegExp, DifferenceKind])[],
  at: Place,
): readonly ReproducedDifference[] {
  const before = documentOf(given);
  const now = documentOf(again);
  const pointers = before === undefined || now === undefined ? [] : differing(before, now, '');
  if (pointers.length === 0)
    return [{ kind: 'content', ...at, message: `${name} has other bytes` }];
  return pointers.map(({ pointer, was, is }) => ({
    kind: kindOf(kinds.find(([form]) => form.test(pointer))?.[1], was, is),
    ...at,
    message: `${name} ${pointer} is ${shown(was)}, and now ${shown(is)}`,
  }));
}

/** Of a reference only the digest follows from what it names. */
function kindOf(kind: DifferenceKind | undefined, was: unknown, is: unknown): DifferenceKind {
  const [before, now] = [was, is].map((each) => /^(.*)@sha256:/.exec(String(each))?.[1]);
  return kind === undefined || (kind === 'follows' && before !== now) ? 'content' : kind;
}

function documentOf(bytes: Uint8Array | undefined): unknown {
  return bytes === undefined ? undefined : parseYamlDocument(bytes).document?.value;
}

interface Differing {
  readonly pointer: string;
  readonly was: unknown;
  readonly is: unknown;
}

const maxDiffering = 50;

function differing(was: unknown, is: unknown, pointer: string): readonly Differing[] {
  if (Object.is(was, is)) return [];
  const objects = [was, is].every((each) => typeof each === 'object' && each !== null);
  if (!objects || Array.isArray(was) !== Array.isArray(is)) return [{ pointer, was, is }];
  const [before, now] = [new Map(Object.entries(Object(was))), new Map(Object.entries(Object(is)))];
  return [...new Set([...before.keys(), ...now.keys()])]
    .flatMap((key) => {
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return differing(before.get(key), now.get(key), at);
    })
    .slice(0, maxDiffering);
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : (JSON.stringify(value) ?? 'absent').slice(0, 80);
}

/** Frames and order: what can differ where every file is the same. */
function comparePacking(given: ArchiveFacts, again: ArchiveFacts): readonly ReproducedDifference[] {
  const [a, b] = [given.container, again.container];
  const said: string[] = [];
  const [before, now] = [given.entries, again.entries];
  const at = before.findIndex(({ name, mode, type }, index) => {
    const other = now[index];
    return other?.name !== name || other.mode !== mode || other.type !== type;
  });
  if (at >= 0)
    said.push(
      `entry ${at + 1} of the tar is ${before[at]?.name}, and now ${now[at]?.name ?? 'absent'}`,
    );
  else if (before.length !== now.length)
    said.push(`the tar has ${before.length} entries, and now ${now.length}`);
  if (a.compression !== b.compression)
    said.push(`it is ${a.compression}, and now ${b.compression}`);
  if (a.frames !== b.frames) said.push(`it has ${a.frames} frames, and now ${b.frames}`);
  if (a.digest === b.digest) return [];
  const message =
    said.length > 0 ? said.join('; ') : 'the same entries in as many frames, compressed otherwise';
  return [{ kind: 'packing', message }];
}

function firstText(given: PackageFile, again: PackageFile): string {
  if (given.content === undefined || again.content === undefined)
    return given.size === again.size ? '' : ` (${given.size}, and now ${again.size})`;
  return ` from byte ${firstByte(given.content, again.content)} on`;
}

function firstByte(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return index;
  return length;
}
