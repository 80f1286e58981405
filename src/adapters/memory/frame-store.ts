import type { EncodedFrame, FrameRecorder, FrameStore } from '../../archive/frame-store.ts';

/** Finished frames for the length of a process. */
export class MemoryFrameStore implements FrameStore {
  readonly #frames = new Map<string, readonly EncodedFrame[]>();

  async open(key: string): Promise<AsyncIterable<EncodedFrame> | undefined> {
    const frames = this.#frames.get(key);
    if (frames === undefined) return undefined;
    return (async function* () {
      yield* frames;
    })();
  }

  async record(key: string): Promise<FrameRecorder> {
    const frames: EncodedFrame[] = [];
    return {
      add: async ({ bytes, contentSize }) =>
        void frames.push({ bytes: Uint8Array.from(bytes), contentSize }),
      commit: async () => void this.#frames.set(key, frames),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
}
