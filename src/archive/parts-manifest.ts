import type { Digest } from '../oci/digest.ts';
import { locateInJson, parseJsonStrict } from '../support/json-document.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { partsSchema } from '../support/schemas.gen.ts';

/**
 * What lies beside the parts of a split archive: digests of pieces, so that one bad piece can be named.
 * Nobody signs it. It says where damage is, never that there is none: that is for the digest of the
 * whole and for the signature.
 */
export interface PartsManifest {
  readonly schema: 'cowa-release/parts/v1';
  readonly archive: { readonly name: string; readonly size: number; readonly digest: Digest };
  /** Bytes of a chunk; the last one of a part is what is left. */
  readonly chunkSize: number;
  readonly parts: readonly PartDigests[];
}

/** One part, and its chunks in order. */
export interface PartDigests {
  readonly name: string;
  /** Bytes, at least 1. */
  readonly size: number;
  readonly digest: Digest;
  /** SHA-256 of each chunk, 64 hex digits. */
  readonly chunks: readonly string[];
}

/** Bytes that are read of such a manifest: enough for an archive of terabytes. */
export const maxPartsManifestBytes = 64 * 2 ** 20;

/**
 * File name of the manifest beside the parts of an archive. It must not begin like theirs: programs
 * that join take everything named `<archive>.part*` for a part.
 */
export function partsManifestName(archive: string): string {
  return `${archive}.chunks.json`;
}

/** Reads a manifest of parts; a text says why it is none. */
export function parsePartsManifest(bytes: Uint8Array): PartsManifest | string {
  const limits = { maxBytes: maxPartsManifestBytes, maxDepth: 8 };
  const { value, problem } = parseJsonStrict(bytes, limits);
  if (problem !== undefined) return `line ${problem.line}: ${problem.message}`;
  const locate = locateInJson(bytes, limits);
  const [fault] = judgeSchema(partsSchema, value, { locate }, 'built').filter(
    ({ severity }) => severity !== 'note',
  );
  if (fault !== undefined) return `line ${fault.line}: ${fault.message}`;
  if (!isManifest(value)) return 'it holds no JSON object';
  const { archive, chunkSize, parts } = value;
  const wrong = parts.find(({ size, chunks }) => chunks.length !== Math.ceil(size / chunkSize));
  if (wrong !== undefined)
    return `${wrong.name} has ${wrong.size} bytes and ${wrong.chunks.length} chunks of ${chunkSize}`;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size !== archive.size)
    return `its parts have ${size} bytes together, the archive is said to have ${archive.size}`;
  return value;
}

/** The manifest as a file; the same value gives the same bytes. */
export function renderPartsManifest({ archive, chunkSize, parts }: PartsManifest): string {
  const { name, size, digest } = archive;
  const document: PartsManifest = {
    schema: 'cowa-release/parts/v1',
    archive: { name, size, digest },
    chunkSize,
    parts: parts.map((part) => ({
      name: part.name,
      size: part.size,
      digest: part.digest,
      chunks: part.chunks,
    })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** The schema has judged it: this only tells the compiler. */
function isManifest(value: unknown): value is PartsManifest {
  return typeof value === 'object' && value !== null;
}
