import type { EngineIdentity, ImageBuilder } from '../../ports/image-builder.ts';

/** Several builders as one: each build goes to the one with the fewest at work, the first of equals. */
export function builderPool(builders: readonly [ImageBuilder, ...ImageBuilder[]]): ImageBuilder {
  const busy = new Map<ImageBuilder, number>(builders.map((builder) => [builder, 0]));
  const identity: EngineIdentity = builders[0].identity;
  return {
    identity,
    async build(request, run) {
      const free = [...busy].reduce((best, each) => (each[1] < best[1] ? each : best))[0];
      busy.set(free, (busy.get(free) ?? 0) + 1);
      try {
        return await free.build(request, run);
      } finally {
        busy.set(free, (busy.get(free) ?? 1) - 1);
      }
    },
  };
}
