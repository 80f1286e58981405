import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import type { Compute } from '../../archive/compute.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { InputError } from '../../errors/families.ts';
import { type Digest, digestFromHex, hexOf } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import type { BlobStore, StoredBlob } from '../../ports/blob-store.ts';
import { BlobStoreError } from '../../ports/storage-error.ts';
import type { Run } from '../../support/run.ts';
import { enterCache } from './cache-use.ts';
import { fileChunks } from './file-chunks.ts';
import { isDiskFull, systemCode, writeFailure } from './fs-errors.ts';
import { GatheredWrites } from './gathered-writes.ts';
import { makeFolder } from './make-folder.ts';
import { leavePartial, takePartial } from './partial-content.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { touch } from './touch.ts';

const againSuggestions = [
  'Run the command again: it is fetched anew',
  'Of an image that is built here: cowa-release images build makes it again',
];

/** Content by digest below a folder: `sha256/ab/abcd…`. */
export class FsBlobStore implements BlobStore {
  readonly #folder: string;
  /** Made, and cleared of what killed runs left, once. */
  #incoming: Promise<void> | undefined;
  #entered: Promise<void> | undefined;

  readonly #compute: Compute;
  readonly #memory: Uint8Array[] = [];

  /** @param compute hashes what comes in while it is written */
  constructor(folder: string, compute: Compute = inProcessCompute()) {
    this.#folder = folder;
    this.#compute = compute;
  }

  /** Noted as used: until this process ends, no pruning takes it away. */
  async find(digest: Digest): Promise<number | undefined> {
    const path = this.#pathOf(digest);
    try {
      await stat(path);
      await this.#enter();
      return (await touch(path)) ? (await stat(path)).size : undefined;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw writeFailure(this.#folder, error);
    }
  }

  async put(
    content: AsyncIterable<Uint8Array>,
    expected: { readonly digest?: Digest; readonly size?: number },
    run: Run,
  ): Promise<StoredBlob> {
    const incoming = join(this.#folder, 'incoming');
    const temporary = join(incoming, `${process.pid}.${randomBytes(8).toString('hex')}`);
    try {
      await this.#openIncoming(incoming);
      const blob = await this.#receive(() => content, temporary, expected, run);
      const path = this.#pathOf(blob.digest);
      await makeFolder(join(path, '..'));
      await rename(temporary, path);
      return blob;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to tell
      throw writeFailure(this.#folder, error);
    }
  }

  async putResumed(
    openAt: (offset: number) => AsyncIterable<Uint8Array>,
    expected: { readonly digest: Digest; readonly size?: number },
    run: Run,
  ): Promise<StoredBlob> {
    const { path: temporary, size: held } = await this.#takePartial(expected.digest);
    try {
      const blob = await this.#receive(openAt, temporary, expected, run, held);
      const path = this.#pathOf(blob.digest);
      await makeFolder(join(path, '..'));
      await rename(temporary, path);
      return blob;
    } catch (error) {
      const failure = writeFailure(this.#folder, error);
      // Wrong content is not gone on with, and a full disk needs the room; what only ended early stays.
      const isWrong = error instanceof InputError;
      if (!isWrong && !isDiskFull(failure)) await leavePartial(temporary);
      await rm(temporary, { force: true });
      if (!isWrong || held === 0) throw failure;
      // What a crash left of a file may be anything.
      return this.putResumed(openAt, expected, run);
    }
  }

  async *open(digest: Digest, run: Run): AsyncGenerator<Uint8Array> {
    const path = this.#pathOf(digest);
    const hash = createHash('sha256');
    for await (const chunk of this.openUnchecked(digest, run)) {
      hash.update(chunk);
      yield chunk;
    }
    const actual = digestFromHex(hash.digest('hex'));
    if (actual === digest) return;
    await rm(path, { force: true });
    throw new OciError(
      'OCI_DIGEST_MISMATCH',
      `the cached ${digest} was damaged (it hashes to ${actual}) and is removed`,
      {
        suggestions: againSuggestions,
      },
    );
  }

  openUnchecked(digest: Digest, run: Run): ChunkSource {
    const chunks = fileChunks(this.#pathOf(digest), run);
    async function* walk(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunks;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        throw new BlobStoreError('BLOB_MISSING', `the cache does not hold ${digest}`, {
          cause: error,
          suggestions: againSuggestions,
        });
      }
    }
    return { ...chunks, [Symbol.asyncIterator]: walk };
  }

  /** The markers of runs lie beside the folder of the blobs: they are of the whole cache. */
  #enter(): Promise<void> {
    this.#entered ??= enterCache(dirname(this.#folder));
    return this.#entered;
  }

  /** What a run that is gone left of this content, or a file of our own to begin with. */
  async #takePartial(digest: Digest): ReturnType<typeof takePartial> {
    const incoming = join(this.#folder, 'incoming');
    try {
      await this.#openIncoming(incoming);
      return await takePartial(incoming, hexOf(digest));
    } catch (error) {
      throw writeFailure(this.#folder, error);
    }
  }

  async #openIncoming(folder: string): Promise<void> {
    await this.#enter();
    this.#incoming ??= this.#clearIncoming(folder);
    await this.#incoming;
  }

  async #clearIncoming(folder: string): Promise<void> {
    try {
      await makeFolder(folder);
      await removeLeftovers(folder, /^(\d+)\.[0-9a-f]{16}$/);
    } catch (error) {
      this.#incoming = undefined;
      throw error;
    }
  }

  async #receive(
    openAt: (offset: number) => AsyncIterable<Uint8Array>,
    temporary: string,
    expected: { readonly digest?: Digest; readonly size?: number },
    run: Run,
    held?: number,
  ): Promise<StoredBlob> {
    const hash = this.#compute.hash();
    let hashing = true;
    let size = held ?? 0;
    const handle = await open(temporary, held === undefined ? 'wx' : 'a', 0o644);
    const incoming = new GatheredWrites(handle, hash, this.#memory);
    try {
      if (size > 0) for await (const chunk of fileChunks(temporary, run)) await hash.update(chunk);
      for await (const chunk of openAt(size)) {
        run.signal.throwIfAborted();
        size += chunk.length;
        if (expected.size !== undefined && size > expected.size) throw wrongSize(expected, 'more');
        await incoming.add(chunk);
      }
      await incoming.end();
      if (expected.size !== undefined && size !== expected.size)
        throw wrongSize(expected, String(size));
      hashing = false;
      const digest = digestFromHex(await hash.digest());
      if (expected.digest !== undefined && expected.digest !== digest) {
        throw new OciError(
          'OCI_DIGEST_MISMATCH',
          `content promised as ${expected.digest} hashes to ${digest}`,
        );
      }
      // No name without the bytes on the disk, or a crash would leave a blob of zeros under a right name.
      await handle.datasync();
      return { digest, size };
    } catch (error) {
      // What came so far is gone on with: all of it.
      if (held !== undefined) await incoming.end().catch(() => undefined);
      throw error;
    } finally {
      await incoming[Symbol.asyncDispose]();
      if (hashing) hash.digest().catch(() => undefined); // frees the session
      await handle.close();
    }
  }

  #pathOf(digest: Digest): string {
    const hex = hexOf(digest);
    return join(this.#folder, 'sha256', hex.slice(0, 2), hex);
  }
}

function wrongSize(
  expected: { readonly digest?: Digest; readonly size?: number },
  actual: string,
): OciError {
  const name = expected.digest === undefined ? 'content' : `content promised as ${expected.digest}`;
  return new OciError(
    'OCI_SIZE_MISMATCH',
    `${name} has ${actual} bytes, expected ${expected.size}`,
  );
}
