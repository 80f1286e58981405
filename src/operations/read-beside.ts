import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import type { DetachedSignature } from './find-signatures.ts';
import { releaseStatementName } from './release-statement.ts';

/** One signed statement of a file that may hold several. */
export interface StatementLine {
  /** File name; with a line, where there are several. */
  readonly location: string;
  readonly bytes: Uint8Array;
}

const maxSignatureBytes = 2 ** 20;
const maxStatementBytes = 16 * 2 ** 20;
/** Files of a kind that are read; nobody signs a release more often. */
const maxFiles = 64;

/** Whether a file holds signatures over the release statement: the first signer's, or that of the second, third, …. */
export function isReleaseStatement(name: string): boolean {
  return /^release(?:\.(?:[2-9]|[1-9][0-9]))?\.intoto\.jsonl$/.test(name);
}

/** Whether a file is a detached signature over an archive: `<archive>.sigstore.json`, `<archive>.2.sigstore.json`, …. */
export function isSignatureOf(name: string, archive: string): boolean {
  if (!name.startsWith(`${archive}.`)) return false;
  return /^(?:(?:[2-9]|[1-9][0-9])\.)?sigstore\.json$/.test(name.slice(archive.length + 1));
}

/** Detached signatures beside an archive, in the order of their numbers. */
export async function readDetached(
  location: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly DetachedSignature[]> {
  const { folder, name } = split(location);
  const names = (await namesIn(folder, source, run)) ?? [`${name}.sigstore.json`];
  const found: DetachedSignature[] = [];
  for (const each of names.filter((one) => isSignatureOf(one, name)).sort(byNumber)) {
    const bytes = await source.readSmall(`${folder}${each}`, maxSignatureBytes, run);
    if (bytes !== undefined) found.push({ location: each, bytes });
  }
  return found;
}

/** Signed statements over the release that lies in a folder. */
export function readReleaseLines(
  folder: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly StatementLine[]> {
  return readLines(folder, isReleaseStatement, source, run);
}

/** All other signed statements in a folder. */
export function readAttestationLines(
  folder: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly StatementLine[]> {
  const isOther = (name: string): boolean =>
    name.endsWith('.intoto.jsonl') && !isReleaseStatement(name);
  return readLines(folder, isOther, source, run);
}

/** Whether a file holds statements about how an archive was made: `<archive>.provenance.intoto.jsonl`, `<archive>.provenance.2.intoto.jsonl`, …. */
export function isProvenanceOf(name: string, archive: string): boolean {
  return isNumberedBeside(name, archive, 'provenance');
}

/** Whether a file holds statements of a kind about an archive: `<archive>.<kind>.intoto.jsonl`, `<archive>.<kind>.2.intoto.jsonl`, …. */
export function isNumberedBeside(name: string, archive: string, kind: string): boolean {
  const stem = `${archive}.${kind}.`;
  const rest = name.startsWith(stem) ? name.slice(stem.length) : '';
  return /^(?:(?:[2-9]|[1-9][0-9])\.)?intoto\.jsonl$/.test(rest);
}

/** Signed statements of a kind about an archive, beside it. */
export async function readLinesBeside(
  location: string,
  kind: 'provenance' | 'reproduced' | 'sboms',
  source: ArchiveSource,
  run: Run,
): Promise<readonly StatementLine[]> {
  if (location === '-') return [];
  const { folder, name } = split(location);
  const isWanted = (each: string): boolean => isNumberedBeside(each, name, kind);
  return readLines(folder, isWanted, source, run, `${name}.${kind}.intoto.jsonl`);
}

/** Signed statements about tests and scans in the folder of an archive: `result-<name>.intoto.jsonl`. */
export async function readResultLines(
  location: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly StatementLine[]> {
  if (location === '-') return [];
  const isResult = (name: string): boolean => /^result-.+\.intoto\.jsonl$/.test(name);
  return readLines(split(location).folder, isResult, source, run, 'result-tests.intoto.jsonl');
}

/** The folder an archive lies in, as it stands before its name: empty, or ending with a slash. */
export function folderOf(location: string): string {
  return split(location).folder;
}

/** Signed statements of the files in a folder that are wanted, in the order of their numbers. */
export async function readLines(
  folder: string,
  isWanted: (name: string) => boolean,
  source: ArchiveSource,
  run: Run,
  usual = releaseStatementName,
): Promise<readonly StatementLine[]> {
  const names = (await namesIn(folder, source, run)) ?? [usual];
  const lines: StatementLine[] = [];
  for (const name of names.filter(isWanted).sort(byNumber).slice(0, maxFiles)) {
    const bytes = await source.readSmall(`${folder}${name}`, maxStatementBytes, run);
    if (bytes !== undefined) lines.push(...linesOf(name, bytes));
  }
  return lines;
}

/** Names in a folder; undefined where it cannot be listed, though files in it may be read. */
async function namesIn(
  folder: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly string[] | undefined> {
  try {
    return await source.list(folder === '' ? '.' : folder === '/' ? '/' : folder.slice(0, -1), run);
  } catch (error) {
    if (error instanceof ArchiveSourceError) return undefined;
    throw error;
  }
}

/** One JSON document, however it is laid out, or one in each line. */
export function linesOf(name: string, bytes: Uint8Array): readonly StatementLine[] {
  const whole = parseJsonStrict(bytes, { maxBytes: maxStatementBytes, maxDepth: 64 });
  if (whole.problem === undefined) return [{ location: name, bytes }];
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const full = lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [{ number: index + 1, bytes: Buffer.from(line, 'latin1') }],
  );
  if (full.length <= 1) return [{ location: name, bytes: full[0]?.bytes ?? new Uint8Array(0) }];
  return full
    .slice(0, maxFiles)
    .map(({ number, bytes: line }) => ({ location: `${name}:${number}`, bytes: line }));
}

function split(location: string): { readonly folder: string; readonly name: string } {
  const at = location.lastIndexOf('/') + 1;
  return { folder: location.slice(0, at), name: location.slice(at) };
}

/** The first signature has no number, and 10 comes after 9. */
function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
