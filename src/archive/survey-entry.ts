import { digestFromHex, digestOf } from '../oci/digest.ts';
import { ByteFeed } from './byte-feed.ts';
import type { ChunkLease } from './chunk-lease.ts';
import { beginsAsComponent, readComponentFiles } from './component-files.ts';
import type { Compute, HashSession } from './compute.ts';
import { plainBytes } from './plain-bytes.ts';
import type { ReadLimits } from './read-limits.ts';
import { beginsAsFlatFolder, readSbomOutlines } from './sbom-outlines.ts';
import type { EntryBody } from './surveyed-tar.ts';
import type { TarEntry } from './tar-reader.ts';

const inlineHashBytes = 16 * 2 ** 10;
/** Memory that an entry's hash may hold before it is asked to let go. */
const settleBytes = 4 * 2 ** 20;
/** Digests that may be outstanding. */
const mostPending = 32;
const headBytes = 16;
/** One string for all empty files. */
const emptyDigest = digestOf(new Uint8Array(0));
const probeBytes = 512;

/** Reads contents of entries: hashes them, keeps small texts. Digests may come later, until `finish`. */
export class EntryReader {
  readonly #limits: ReadLimits;
  readonly #compute: Compute;
  readonly #lease: ChunkLease;
  #retainable: number;
  /** Beside that, for files in the tars of components. */
  #nestable: number;
  /** Bytes of contents kept. */
  retained = 0;
  /** Bytes kept of files in the tars of components. */
  nested = 0;
  readonly #pending: Promise<void>[] = [];

  constructor(limits: ReadLimits, compute: Compute, lease: ChunkLease) {
    this.#limits = limits;
    this.#compute = compute;
    this.#lease = lease;
    this.#nestable = mostNested(limits);
    this.#retainable = limits.maxRetainedBytes;
  }

  /** Reads one content to its end and fills the body in. */
  async read(entry: TarEntry, body: EntryBody): Promise<void> {
    const inline = entry.size < inlineHashBytes;
    const keep = entry.size <= this.#limits.maxRetainedEntryBytes && entry.size <= this.#retainable;
    const session =
      inline || entry.type !== 'file'
        ? undefined
        : new LeasedHash(this.#compute.hash(), this.#lease);
    const copies: Buffer[] = [];
    let probe = Buffer.alloc(0);
    let complete = false;
    const take = async (piece: Uint8Array): Promise<void> => {
      if (probe.length < probeBytes) {
        probe = Buffer.concat([probe, piece.subarray(0, probeBytes - probe.length)]);
        body.head = Uint8Array.from(probe.subarray(0, headBytes));
      }
      // Copied: the memory of the piece may be used again. What looks binary is not kept.
      if (inline || (keep && !looksBinary(probe))) copies.push(Buffer.from(piece));
      await session?.update(piece);
    };
    const pieces = entry.content()[Symbol.asyncIterator]();
    try {
      let next = await pieces.next();
      // How the bytes are cut must not decide what is seen in them.
      if (next.done !== true && next.value.length < probeBytes && entry.size >= probeBytes)
        next = { done: false, value: await longEnough(next.value, pieces) };
      const read =
        next.done === true || entry.type !== 'file' ? undefined : nestedReader(next.value);
      if (next.done !== true && read !== undefined)
        await this.#readNested(next.value, pieces, take, body, read);
      else for (; next.done !== true; next = await pieces.next()) await take(next.value);
      complete = true;
    } finally {
      if (!complete) {
        session?.abandon();
        await pieces.return?.();
      }
    }
    if (entry.type !== 'file') return;
    const content = inline || (keep && !looksBinary(probe)) ? plainBytes(copies) : undefined;
    if (session !== undefined)
      await this.#later(
        session.digest().then((hex) => {
          body.digest = digestFromHex(hex);
        }),
      );
    else body.digest = entry.size === 0 ? emptyDigest : digestOf(content ?? new Uint8Array(0));
    if (keep && content !== undefined && !looksBinary(probe)) {
      this.#retainable -= entry.size;
      this.retained += entry.size;
      body.content = content;
    }
  }

  /** The same for a tar in the archive, of which some small files, or what they are about, are kept. */
  async #readNested(
    first: Uint8Array,
    pieces: AsyncIterator<Uint8Array>,
    take: (piece: Uint8Array) => Promise<void>,
    body: EntryBody,
    read: typeof readComponentFiles,
  ): Promise<void> {
    let failure: unknown;
    async function* taken(): AsyncGenerator<Uint8Array> {
      try {
        let piece: Uint8Array | undefined = first;
        while (piece !== undefined) {
          await take(piece);
          yield piece;
          const next = await pieces.next();
          piece = next.done === true ? undefined : next.value;
        }
      } catch (error) {
        failure = error;
        throw error;
      }
    }
    const feed = new ByteFeed(taken());
    const limits = { ...this.#limits, maxRetainedBytes: this.#nestable };
    const nested = await read(feed, limits);
    // What is wrong with the archive itself is no matter of the tar in it.
    if (failure !== undefined) throw failure;
    while ((await feed.some(Number.POSITIVE_INFINITY)) !== undefined);
    if (nested === undefined) return;
    body.nested = nested;
    for (const { length } of nested.files.values()) {
      this.#nestable -= length;
      this.nested += length;
    }
  }

  /** Waits for every digest. */
  async finish(): Promise<void> {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift())
      await next;
  }

  async #later(work: Promise<void>): Promise<void> {
    work.catch(() => undefined); // awaited in its turn
    this.#pending.push(work);
    if (this.#pending.length > mostPending) await this.#pending.shift();
  }
}

/** How the tar that begins like this is read; undefined for every other content. */
function nestedReader(start: Uint8Array): typeof readComponentFiles | undefined {
  if (beginsAsComponent(start)) return readComponentFiles;
  return beginsAsFlatFolder(start) ? readSbomOutlines : undefined;
}

/** Bytes of files in the tars of components that are kept, beside other contents. */
export function mostNested(limits: ReadLimits): number {
  return Math.floor(limits.maxRetainedBytes / 4);
}

/** A piece and those behind it, until they can be told from others by how they begin. */
async function longEnough(
  first: Uint8Array,
  pieces: AsyncIterator<Uint8Array>,
): Promise<Uint8Array> {
  let start = Buffer.from(first);
  while (start.length < probeBytes) {
    const next = await pieces.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  return start;
}

const packedMagics = [
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
] as const;

/** Packed layers have no NUL in their first bytes often enough to fill the memory meant for documents. */
function looksBinary(probe: Uint8Array): boolean {
  return (
    probe.includes(0) || packedMagics.some((magic) => magic.every((byte, at) => probe[at] === byte))
  );
}

/** A hash that holds lent memory until it has been read. */
export class LeasedHash {
  readonly #session: HashSession;
  readonly #lease: ChunkLease;
  #held: Uint8Array[] = [];
  #bytes = 0;

  constructor(session: HashSession, lease: ChunkLease) {
    this.#session = session;
    this.#lease = lease;
  }

  update(piece: Uint8Array): Promise<void> | void {
    const done = this.#session.update(piece);
    if (this.#lease.retain(piece)) {
      this.#held.push(piece);
      this.#bytes += piece.length;
      if (this.#bytes >= settleBytes) this.#settle();
    }
    return done;
  }

  async digest(): Promise<string> {
    const hex = await this.#session.digest();
    this.#let(this.#held);
    return hex;
  }

  /** Frees the session where the digest is of no use any more. */
  abandon(): void {
    this.digest().catch(() => undefined);
  }

  #settle(): void {
    const held = this.#held;
    this.#held = [];
    this.#bytes = 0;
    // A failure shows again at the digest.
    this.#session.settled().then(
      () => this.#let(held),
      () => undefined,
    );
  }

  #let(held: readonly Uint8Array[]): void {
    for (const piece of held) this.#lease.release(piece);
  }
}
