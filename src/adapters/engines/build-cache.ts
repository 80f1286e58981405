/** A place for a build cache, with a folder by its absolute path. */
export type CachePlace =
  | { readonly type: 'registry'; readonly reference: string }
  | { readonly type: 'local'; readonly path: string };

/** Where an engine takes layers of steps from, and where it puts them. */
export interface EngineCache {
  readonly from: readonly CachePlace[];
  readonly to: readonly CachePlace[];
}

/**
 * How BuildKit wants them written; what goes out holds the layers of every stage.
 * @see BuildKit README, Cache
 */
export function cacheOptions({ from, to }: EngineCache): {
  readonly from: readonly string[];
  readonly to: readonly string[];
} {
  return {
    from: from.map((place) =>
      place.type === 'registry'
        ? `type=registry,ref=${place.reference}`
        : `type=local,src=${place.path}`,
    ),
    to: to.map((place) =>
      place.type === 'registry'
        ? `type=registry,ref=${place.reference},mode=max`
        : `type=local,dest=${place.path},mode=max`,
    ),
  };
}
