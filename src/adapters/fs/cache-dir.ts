import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './fs-errors.ts';

/** Where caches belong on this platform. `home` is the user's home folder. */
export function defaultCacheDir(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'cowa-release', 'cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'cowa-release');
  return join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'cowa-release');
}

/** Bytes of all files below a folder; 0 where there is none. */
export async function sizeOnDisk(folder: string): Promise<number> {
  try {
    let bytes = 0;
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
    return bytes;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
