/** Names under which Python keeps pickled objects, whatever is in them. */
const names = /\.(?:pkl|pickle|pt|pth|ckpt|joblib|dill)$/i;
const headBytes = 4096;
/** A name in a zip is at most this long here; longer ones are no member of weights. */
const nameBytes = 512;
const localHeader = Buffer.from('PK\x03\x04', 'latin1');

/**
 * Finds out whether a file holds pickled Python objects: whoever loads them runs what is in them. Tells by name, by
 * the first bytes, and by the members of a zip, as PyTorch writes them; what is compressed is not looked into.
 * @see Python documentation, "pickle — Python object serialization"
 */
export class PickleScan {
  readonly #name: string;
  #head = Buffer.alloc(0);
  #isZip: boolean | undefined;
  /** End of what was read, where a header may be cut in two. */
  #tail = Buffer.alloc(0);
  #member: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  update(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#head.length < headBytes)
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, headBytes - this.#head.length)]);
    if (this.#isZip === undefined && this.#head.length >= 4)
      this.#isZip = this.#head.subarray(0, 4).equals(localHeader);
    if (this.#isZip === true && this.#member === undefined) this.#search(bytes);
  }

  /** Why it is taken for pickled; undefined where nothing says so. */
  result(): string | undefined {
    if (names.test(this.#name)) return 'its name says so';
    if (this.#member !== undefined) return `it is a zip with the member ${this.#member}`;
    return beginsLikePickle(this.#head) ? 'it begins like one' : undefined;
  }

  #search(bytes: Buffer): void {
    const all = Buffer.concat([this.#tail, bytes]);
    for (let at = all.indexOf(localHeader); at >= 0; at = all.indexOf(localHeader, at + 4)) {
      if (at + 30 > all.length) break;
      const length = all.readUInt16LE(at + 26);
      if (length > nameBytes || at + 30 + length > all.length) continue;
      const name = all.toString('latin1', at + 30, at + 30 + length);
      if (/\.(?:pkl|pickle)$/i.test(name)) {
        this.#member = name;
        return;
      }
    }
    this.#tail = Buffer.from(all.subarray(Math.max(0, all.length - 30 - nameBytes)));
  }
}

/** Protocols 2 to 5 begin with their number; older ones with an operation on text. */
function beginsLikePickle(head: Buffer): boolean {
  const [first, second = 0] = head;
  if (first === 0x80 && second >= 2 && second <= 5) return true;
  const text = head.toString('latin1');
  return (
    /^(?:\(?(?:lp|dp)\d+\n|\(?c[\w.]+\n[\w.]+\n(?:[(q]|p\d+\n)|\(i[\w.]+\n[\w.]+\n)/.test(text) ||
    // Arrays of numpy whose elements are objects are pickled.
    /^\x93NUMPY[\s\S]{2,6}\{[^}]*'descr': *'\|O/.test(text)
  );
}
