import { type Digest, digestOf, hexOf } from '../oci/digest.ts';
import type { OutputFolder } from '../ports/output.ts';

/** Names of what stands beside the archives of a flavor. */
export const releaseFileNames = {
  report: 'report.json',
  /** How this run went: durations, cache hits. Not part of what crosses, so no statement lists it. */
  runLog: 'run.json',
  checksums: 'SHA256SUMS',
  publicKey: 'release.pub',
  fingerprint: 'release.pub.fingerprint',
} as const;

/** One finished file of `dist/<flavor>/`. */
export interface ReleaseFileFacts {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

/** A file and what it holds. */
export type NamedDigest = Pick<ReleaseFileFacts, 'name' | 'digest'>;

/** Writes a small file whole or not at all. */
export async function writeReleaseFile(
  output: OutputFolder,
  name: string,
  content: string | Uint8Array,
): Promise<ReleaseFileFacts> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  await using file = await output.create(name);
  await file.write([bytes]);
  await file.commit();
  return { name, digest: digestOf(bytes), size: bytes.byteLength };
}

/** `SHA256SUMS` as `sha256sum --check` reads it, sorted by name. */
export function renderChecksums(files: readonly NamedDigest[]): string {
  return files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((file) => `${hexOf(file.digest)}  ${file.name}\n`)
    .join('');
}
