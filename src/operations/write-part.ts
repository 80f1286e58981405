import { createHash, type Hash } from 'node:crypto';
import type { Compute, HashSession } from '../archive/compute.ts';
import type { PartDigests } from '../archive/parts-manifest.ts';
import { digestFromHex } from '../oci/digest.ts';
import {
  type ArchiveSource,
  ArchiveSourceError,
  type OpenArchive,
} from '../ports/archive-source.ts';
import type { OutputFile, OutputFolder } from '../ports/output.ts';
import type { Run } from '../support/run.ts';

/** A part that is to be written. */
export interface PartPlan {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly chunkBytes: number;
  /** Its first bytes once more. */
  readonly again: (bytes: number) => AsyncIterable<Uint8Array>;
  /** Called before anything is written. */
  readonly beforeWriting: () => Promise<void>;
}

/** Writes one part, or finds that the same bytes lie there already; takes digests in passing. */
export class PartWriter implements AsyncDisposable {
  readonly #plan: PartPlan;
  readonly #output: OutputFolder;
  readonly #whole: HashSession;
  readonly #chunks: string[] = [];
  /** The part as it lies there, as long as it is the same. */
  #there: OpenArchive | undefined;
  #file: OutputFile | undefined;
  #chunk: Hash = createHash('sha256');
  #taken = 0;

  private constructor(plan: PartPlan, output: OutputFolder, whole: HashSession) {
    this.#plan = plan;
    this.#output = output;
    this.#whole = whole;
  }

  /** @throws OutputError DISK_FULL, OUTPUT_NOT_WRITABLE */
  static async open(
    plan: PartPlan,
    {
      source,
      compute,
      output,
    }: {
      readonly source: ArchiveSource;
      readonly compute: Compute;
      readonly output: OutputFolder;
    },
    run: Run,
  ): Promise<PartWriter> {
    const writer = new PartWriter(plan, output, compute.hash());
    writer.#there = await partAt(output.pathOf(plan.name), plan.size, source, run);
    if (writer.#there === undefined) await writer.#begin();
    return writer;
  }

  /** Bytes that are still to come. */
  get room(): number {
    return this.#plan.size - this.#taken;
  }

  /** Takes the next bytes, at most as many as there is room; they may be used again afterwards. */
  async take(piece: Uint8Array): Promise<void> {
    const hashed = this.#whole.update(piece);
    this.#hashChunks(piece);
    if (this.#there !== undefined && !(await this.#isSame(piece))) await this.#begin();
    await this.#file?.write([piece]);
    this.#taken += piece.length;
    await hashed;
    await this.#whole.settled();
  }

  /** Gives the part its name. */
  async finish(): Promise<PartDigests & { readonly outcome: 'written' | 'kept' }> {
    const { name, size, chunkBytes } = this.#plan;
    if (size % chunkBytes !== 0) this.#chunks.push(this.#chunk.digest('hex'));
    const digest = digestFromHex(await this.#whole.digest());
    const outcome = this.#file === undefined ? 'kept' : 'written';
    await this.#file?.commit();
    await this[Symbol.asyncDispose]();
    return { name, size, digest, chunks: this.#chunks, outcome };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#there?.[Symbol.asyncDispose]();
    this.#there = undefined;
    await this.#file?.[Symbol.asyncDispose]();
  }

  #hashChunks(piece: Uint8Array): void {
    const { chunkBytes } = this.#plan;
    for (let at = 0; at < piece.length; ) {
      const open = chunkBytes - ((this.#taken + at) % chunkBytes);
      const next = piece.subarray(at, at + open);
      this.#chunk.update(next);
      at += next.length;
      if (next.length < open) continue;
      this.#chunks.push(this.#chunk.digest('hex'));
      this.#chunk = createHash('sha256');
    }
  }

  async #isSame(piece: Uint8Array): Promise<boolean> {
    try {
      const bytes = await this.#there?.ranges?.read(this.#taken, piece.length);
      return bytes !== undefined && Buffer.compare(bytes, piece) === 0;
    } catch (error) {
      if (error instanceof ArchiveSourceError) return false; // written anew
      throw error;
    }
  }

  /** What was taken so far comes once more from the archive. */
  async #begin(): Promise<void> {
    await this.#there?.[Symbol.asyncDispose]();
    this.#there = undefined;
    await this.#plan.beforeWriting();
    this.#file = await this.#output.create(this.#plan.name);
    if (this.#taken === 0) return;
    for await (const bytes of this.#plan.again(this.#taken)) await this.#file.write([bytes]);
  }
}

/** A file of the right size under the name of the part. */
async function partAt(
  path: string,
  size: number,
  source: ArchiveSource,
  run: Run,
): Promise<OpenArchive | undefined> {
  try {
    const there = await source.open(path, run);
    if (there.size === size) return there;
    await there[Symbol.asyncDispose]();
  } catch (error) {
    if (!(error instanceof ArchiveSourceError)) throw error;
  }
  return undefined;
}
