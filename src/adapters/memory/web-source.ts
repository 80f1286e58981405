import { FetchError } from '../../ports/fetch-error.ts';
import type { WebExpectation, WebPage, WebSource } from '../../ports/web-source.ts';

/** Files by address, in memory: for tests. */
export class MemoryWebSource implements WebSource {
  readonly files = new Map<string, Uint8Array>();
  /** Pages that follow others, by address. */
  readonly next = new Map<string, string>();
  /** Addresses that were asked for, in order. */
  readonly asked: string[] = [];

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [address, content] of Object.entries(files))
      this.files.set(address, Buffer.from(content));
  }

  async *open(address: string, { offset = 0 }: WebExpectation): AsyncGenerator<Uint8Array> {
    this.asked.push(address);
    const bytes = this.files.get(address);
    if (bytes === undefined)
      throw new FetchError('FETCH_NOT_FOUND', `${address}: there is nothing`);
    yield bytes.subarray(offset);
  }

  async page(address: string, expected: WebExpectation): Promise<WebPage> {
    const bytes = Buffer.concat(await Array.fromAsync(this.open(address, expected)));
    const next = this.next.get(address);
    return next === undefined ? { bytes } : { bytes, next };
  }
}
