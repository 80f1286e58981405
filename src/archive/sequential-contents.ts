import { ArchiveError } from './archive-error.ts';
import type { TarEntry } from './tar-reader.ts';

/**
 * Contents of a tar that can only be read front to back, each asked for once. They may be asked for
 * while an earlier one is still being read: each waits for its turn, so nothing has to be kept.
 */
export class SequentialContents implements AsyncDisposable {
  readonly #open: () => AsyncGenerator<TarEntry>;
  #entries: AsyncGenerator<TarEntry> | undefined;
  #next = 0;
  #failure: { readonly error: unknown } | undefined;
  readonly #waiting = new Map<number, () => void>();

  /** @param open the entries from the first one on that has a turn; entries without one are passed over */
  constructor(open: () => AsyncGenerator<TarEntry>) {
    this.#open = open;
  }

  /**
   * The content whose turn is `turn`, counted from 0 without a gap.
   * @throws ArchiveError TAR_TRUNCATED when the tar is another one than before
   */
  async *read(turn: number, isIt: (entry: TarEntry) => boolean): AsyncGenerator<Uint8Array> {
    await this.#turn(turn);
    let complete = false;
    try {
      this.#entries ??= this.#open();
      yield* (await this.#find(this.#entries, isIt)).content();
      complete = true;
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    } finally {
      if (!complete)
        this.#failure ??= {
          error: new ArchiveError(
            'TAR_TRUNCATED',
            'an earlier file of the archive was not read to its end',
          ),
        };
      this.#next = turn + 1;
      for (const [waiting, wake] of this.#waiting) {
        if (waiting !== this.#next && this.#failure === undefined) continue;
        this.#waiting.delete(waiting);
        wake();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#entries?.return(undefined);
  }

  async #turn(turn: number): Promise<void> {
    if (this.#next !== turn && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#waiting.set(turn, resolve);
      });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #find(
    entries: AsyncGenerator<TarEntry>,
    isIt: (entry: TarEntry) => boolean,
  ): Promise<TarEntry> {
    for (let next = await entries.next(); next.done !== true; next = await entries.next()) {
      if (isIt(next.value)) return next.value;
      await drain(next.value.content());
    }
    throw new ArchiveError('TAR_TRUNCATED', 'the archive is not the one that was read before', {
      suggestions: ['Run again when nothing else writes to the file'],
    });
  }
}

/** Reads to the end what nobody wants. */
export async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of content);
}
