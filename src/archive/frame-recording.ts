import type { Run } from '../support/run.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { Compute } from './compute.ts';
import { frameKey } from './frame-plan.ts';
import type { EncodedFrame, FrameRecorder, FrameStore } from './frame-store.ts';

/** What a recording works with. */
export interface RecordingOptions {
  readonly compute: Compute;
  /** Whether the frame cache could not be written: then it is left alone for the rest of the archive. */
  readonly cache: { failed: boolean };
  readonly frameStore?: FrameStore;
}

/** Keeps the frames of one file, in order, if the first of them was worth compressing. */
export class FrameRecording implements AsyncDisposable {
  readonly #file: ArchiveFile;
  readonly #options: RecordingOptions;
  readonly #run: Run;
  readonly #waiting: { readonly frame: Promise<EncodedFrame>; done(): void }[] = [];
  #recorder: FrameRecorder | undefined;
  #off: boolean;

  constructor(file: ArchiveFile, options: RecordingOptions, run: Run) {
    this.#file = file;
    this.#options = options;
    this.#run = run;
    this.#off = options.frameStore === undefined || options.cache.failed;
  }

  /** Whether frames are kept, or the first one will tell. */
  get isOn(): boolean {
    return !this.#off;
  }

  /** Keeps nothing: stored content is made again as fast as it is read back. */
  leaveOff(): void {
    this.#off = true;
  }

  /** @param done told once the frame is not looked at any more */
  async add(frame: Promise<EncodedFrame>, done: () => void): Promise<void> {
    if (this.#off) return done();
    this.#waiting.push({ frame, done });
    while (this.#waiting.length > this.#options.compute.parallelism) await this.#shift();
  }

  async commit(): Promise<void> {
    while (this.#waiting.length > 0) await this.#shift();
    if (this.#recorder !== undefined && !this.#off)
      await this.#quietly(async (recorder) => recorder.commit());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#recorder?.[Symbol.asyncDispose]();
  }

  async #shift(): Promise<void> {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    try {
      await this.#keep(await next.frame);
    } finally {
      next.done();
    }
  }

  async #keep(frame: EncodedFrame): Promise<void> {
    if (this.#off) return;
    if (this.#recorder === undefined) {
      if (frame.bytes.length >= frame.contentSize) return this.leaveOff();
      try {
        this.#recorder = await this.#options.frameStore?.record(
          frameKey(this.#file.digest),
          this.#run,
        );
      } catch (error) {
        this.#giveUp(error);
        return;
      }
    }
    const { bytes, contentSize } = frame;
    await this.#quietly(async (recorder) => recorder.add({ bytes, contentSize }));
  }

  /** A cache that cannot be written is no cache: the output does not need it, the next run will miss it. */
  #giveUp(error: unknown): void {
    this.#off = true;
    if (this.#options.cache.failed || this.#run.signal.aborted) return;
    this.#options.cache.failed = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#run.onProgress?.({
      kind: 'note',
      message: `compressed frames are not kept, the next run will make them anew: ${reason}`,
    });
  }

  async #quietly(step: (recorder: FrameRecorder) => Promise<void>): Promise<void> {
    try {
      if (this.#recorder !== undefined) await step(this.#recorder);
    } catch (error) {
      this.#giveUp(error);
    }
  }
}
