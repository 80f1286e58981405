import { OciError } from '../oci/oci-error.ts';
import type { Run } from '../support/run.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';

/**
 * The content of a file, of which the size is checked and nothing else. A chunk is good until the next one is
 * asked for.
 * @throws OciError OCI_SIZE_MISMATCH
 */
export async function* sizedContent(file: ArchiveFile, run: Run): AsyncGenerator<Uint8Array> {
  const source: ChunkSource = file.open(run);
  let seen = 0;
  for await (const chunk of source) {
    run.signal.throwIfAborted();
    seen += chunk.length;
    if (seen > file.size) throw wrongSize(file, 'more');
    if (chunk.length > 0) yield chunk;
    source.recycle?.(chunk);
  }
  if (seen !== file.size) throw wrongSize(file, String(seen));
}

/**
 * The content of a file, checked in passing: size and digest are right once this ended without an
 * error. Act on nothing before. A chunk is good until the next one is asked for.
 * @throws OciError OCI_SIZE_MISMATCH, OCI_DIGEST_MISMATCH
 */
export async function* verifiedContent(
  file: ArchiveFile,
  compute: Compute,
  run: Run,
): AsyncGenerator<Uint8Array> {
  const proof = new ContentProof(file, compute);
  try {
    for await (const chunk of sizedContent(file, run)) {
      await proof.update(chunk);
      yield chunk;
      await proof.settled();
    }
    await proof.end();
  } finally {
    proof.abandon();
  }
}

/** Compares the content of a file with its digest, piece by piece. */
export class ContentProof {
  readonly #file: ArchiveFile;
  readonly #hash: ReturnType<Compute['hash']>;
  #over = false;

  constructor(file: ArchiveFile, compute: Compute) {
    this.#file = file;
    this.#hash = compute.hash();
  }

  /** The next bytes, which must not change before `settled()`. Resolves when more may be given. */
  update(bytes: Uint8Array): Promise<void> | void {
    return this.#hash.update(bytes);
  }

  settled(): Promise<void> {
    return this.#hash.settled();
  }

  /** @throws OciError OCI_DIGEST_MISMATCH */
  async end(): Promise<void> {
    this.#over = true;
    const hex = await this.#hash.digest();
    if (this.#file.digest === `sha256:${hex}`) return;
    throw new OciError(
      'OCI_DIGEST_MISMATCH',
      `'${this.#file.name}' has SHA-256 ${hex}, expected ${this.#file.digest.slice('sha256:'.length)}`,
      { suggestions: changedOrDamaged },
    );
  }

  /** Frees the session where nobody came to the end. */
  abandon(): void {
    if (!this.#over) this.#hash.digest().catch(() => undefined);
    this.#over = true;
  }
}

const changedOrDamaged = [
  'The input changed since it was looked at, or a copy is damaged: run again',
];

function wrongSize(file: ArchiveFile, actual: string): OciError {
  return new OciError(
    'OCI_SIZE_MISMATCH',
    `'${file.name}' has ${actual} bytes, expected ${file.size}`,
    { suggestions: changedOrDamaged },
  );
}
