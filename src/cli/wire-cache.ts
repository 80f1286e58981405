import { resolve } from 'node:path';
import type { CacheKeeper } from '../ports/cache-keeper.ts';
import { cacheFolder } from './wire.ts';

/** The caches of this program, where the flag, COWA_CACHE_DIR or the platform says. */
export async function openCacheKeeper(
  flag: string | undefined,
): Promise<{ readonly folder: string; readonly keeper: CacheKeeper }> {
  const folder = resolve(await cacheFolder(flag ?? process.env['COWA_CACHE_DIR']));
  const { FsCacheKeeper } = await import('../adapters/fs/cache-keeper.ts');
  return { folder, keeper: new FsCacheKeeper(folder) };
}
