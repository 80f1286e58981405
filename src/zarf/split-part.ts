import { InputError } from '../errors/families.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { parseJsonStrict } from '../support/json-document.ts';

/** A file that is only a part of an archive. */
class SplitPartError extends InputError<'ARCHIVE_SPLIT_PART'> {}

/** Bytes that are read of the header of a split archive. */
export const maxSplitHeaderBytes = 4096;
/** Parts beside the header that programs can put in order again: their names have three digits. */
export const maxSplitParts = 999;

const partName = /^(.+)\.part(\d{3,})$/;

/** What `….part000` says of the archive that was cut. */
export interface SplitHeader {
  /** Of the whole archive. */
  readonly digest: Digest;
  /** Of the whole archive. */
  readonly size: number;
  /** Parts, the header not counted. */
  readonly count: number;
}

/**
 * Name of the whole archive and number of the part (0 is the header, which describes the others), by
 * the name of the file; undefined for any other name.
 * @see shared reference of the Zarf package format, 1.4
 */
export function parseSplitName(
  fileName: string,
): { readonly stem: string; readonly number: number } | undefined {
  const [, stem, digits] = partName.exec(fileName) ?? [];
  return stem === undefined || digits === undefined ? undefined : { stem, number: Number(digits) };
}

/** File name of a part. @param number 0 for the header */
export function splitPartName(stem: string, number: number): string {
  return `${stem}.part${String(number).padStart(3, '0')}`;
}

/** The number of a part of a split archive, by its file name; undefined for any other name. */
export function splitPartNumber(fileName: string): number | undefined {
  return parseSplitName(fileName)?.number;
}

/** Reads the header of a split archive; a text says why it is none. */
export function parseSplitHeader(bytes: Uint8Array): SplitHeader | string {
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: maxSplitHeaderBytes, maxDepth: 4 });
  if (problem !== undefined) return `it is no JSON: ${problem.message}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'it holds no JSON object';
  const { Sha256Sum: sum, Bytes: size, Count: count, ...others } = membersOf(value);
  const [strange] = Object.keys(others);
  if (strange !== undefined) return `it has a member '${strange}', which none should have`;
  if (typeof sum !== 'string' || !/^[0-9a-f]{64}$/.test(sum))
    return 'Sha256Sum is no digest of 64 lower-case hex digits';
  if (!isCount(size)) return 'Bytes is no number of bytes';
  if (!isCount(count) || count === 0) return 'Count is no number of parts';
  return { digest: digestFromHex(sum), size, count };
}

/** The header as programs write it: one line without an end. */
export function renderSplitHeader({ digest, size, count }: SplitHeader): string {
  return JSON.stringify({ Sha256Sum: digest.slice('sha256:'.length), Bytes: size, Count: count });
}

/**
 * Refuses a part by its name, before its bytes are taken for a damaged archive.
 * @param fileName undefined on standard input, which has none
 * @throws SplitPartError ARCHIVE_SPLIT_PART
 */
export function refuseSplitPart(fileName: string | undefined): void {
  const part = fileName === undefined ? undefined : parseSplitName(fileName);
  if (part === undefined) return;
  throw new SplitPartError(
    'ARCHIVE_SPLIT_PART',
    `${fileName} is one part of a split archive and cannot be taken alone`,
    {
      suggestions: [`Join the parts first: cowa-release join ${splitPartName(part.stem, 0)}`],
    },
  );
}

function membersOf(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
