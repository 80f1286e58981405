import type { FrameStore } from '../archive/frame-store.ts';

/** The same store, telling the run of each question whether it knew the answer. */
export function countedFrames(frames: FrameStore): FrameStore {
  return {
    async open(key, run) {
      const found = await frames.open(key, run);
      const what = found === undefined ? 'cacheMisses' : 'cacheHits';
      run.onProgress?.({ kind: 'counted', what, by: 1 });
      return found;
    },
    record: (key, run) => frames.record(key, run),
  };
}
