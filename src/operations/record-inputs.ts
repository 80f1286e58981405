import { type Digest, digestOf } from '../oci/digest.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';

/** A small file that a judgement read besides the archives: a signature, a statement, a list of digests. */
export interface RecordedInput {
  /** Without folders. */
  readonly name: string;
  readonly digest: Digest;
  /** Whether it holds signed statements. */
  readonly attestation: boolean;
}

/**
 * The same source, which remembers the digests of the small files it gave out: what a signed verdict
 * names is what was read, not what lies there later.
 */
export function recordInputs(source: ArchiveSource): {
  readonly source: ArchiveSource;
  /** So far, by name and digest, each once. */
  readonly recorded: () => readonly RecordedInput[];
} {
  const found = new Map<string, RecordedInput>();
  return {
    source: {
      open: (location, run) => source.open(location, run),
      openParts: (location, parts, run) => source.openParts(location, parts, run),
      list: (location, run) => source.list(location, run),
      async readSmall(location, maxBytes, run) {
        const bytes = await source.readSmall(location, maxBytes, run);
        if (bytes !== undefined) {
          const name = location.slice(location.lastIndexOf('/') + 1);
          const digest = digestOf(bytes);
          const attestation = Buffer.from(bytes).includes('"dsseEnvelope"');
          found.set(`${name} ${digest}`, { name, digest, attestation });
        }
        return bytes;
      },
    },
    recorded: () => [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input),
  };
}
