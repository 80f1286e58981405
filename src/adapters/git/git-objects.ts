import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { GitObject } from '../../git/git-pack.ts';
import { FetchError } from '../../ports/fetch-error.ts';

const maxLineBytes = 4096;

/** Takes the bytes a program writes apart again while it still writes. */
export class WrittenBytes {
  readonly #pipe = new PassThrough({ highWaterMark: 1 << 20 });
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor() {
    this.#pipe.on('error', () => undefined);
    this.#chunks = this.#pipe[Symbol.asyncIterator]();
  }

  /** Takes over what a program writes. */
  take(output: AsyncIterable<Uint8Array>): Promise<void> {
    return pipeline(output, this.#pipe);
  }

  /** Gives up what is left. */
  stop(): void {
    this.#pipe.destroy();
  }

  /** A line without its end; undefined at the end of all. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf(0x0a);
      if (end >= 0) {
        const line = this.#held.toString('utf8', 0, end);
        this.#held = this.#held.subarray(end + 1);
        return line;
      }
      if (this.#held.length > maxLineBytes || !(await this.#more())) {
        if (this.#held.length === 0) return undefined;
        throw cutOff();
      }
    }
  }

  /** So many bytes, chunk by chunk. */
  async *bytes(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) throw cutOff();
      const chunk = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}

const head = /^([0-9a-f]{40}) (commit|tree|blob|tag) (\d{1,15})$/;

/** One line of `cat-file --batch-check`, or the first of an object of `--batch`. */
export function parseObjectLine(line: string): Pick<GitObject, 'oid' | 'type' | 'size'> {
  const [, oid, type, size] = head.exec(line) ?? [];
  const known = (['commit', 'tree', 'blob', 'tag'] as const).find((each) => each === type);
  if (oid === undefined || known === undefined)
    throw new FetchError('FETCH_ANSWER', `git says '${line.slice(0, 120)}' of an object`);
  return { oid, type: known, size: Number(size) };
}

/** What `cat-file --batch` writes. What was not read of an object is passed over. */
export async function* batchObjects(from: WrittenBytes): AsyncGenerator<GitObject> {
  for (;;) {
    const line = await from.line();
    if (line === undefined) return;
    const object = parseObjectLine(line);
    const content = from.bytes(object.size);
    yield { ...object, content };
    for await (const _rest of content);
    for await (const _end of from.bytes(1));
  }
}

function cutOff(): FetchError {
  return new FetchError('FETCH_ANSWER', 'git ended before it had handed over every object', {
    suggestions: ['Run the same command again'],
  });
}
