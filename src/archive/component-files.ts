import type { ByteReader } from './byte-feed.ts';
import { collectNestedFiles, takeWhole } from './collect-nested-files.ts';
import { cleanPath } from './entry-path.ts';
import type { NestedFiles } from './nested-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { firstTarEntry } from './tar-header.ts';

/** What lies in the folder of a component. */
const folders = new Set([
  ...['charts', 'data', 'files', 'manifests', 'repos', 'temp', 'values', 'imageArchives'],
]);
/** What says which objects a component deploys. */
const kept = new Set(['charts', 'manifests', 'values']);

/** Whether a content begins as the tar of a component does; layers of images begin otherwise. */
export function beginsAsComponent(start: Uint8Array): boolean {
  const first = firstTarEntry(start);
  if (first === undefined) return false;
  const [top, folder] = cleanPath(first.name).split('/');
  // Zarf writes folders without a slash behind their names.
  const isFolder = first.name.endsWith('/') || first.type === 'directory';
  return top !== undefined && top !== '' && (folder === undefined ? isFolder : folders.has(folder));
}

/**
 * The charts, values files and manifests in the tar of a component, by path in the tar, read in passing;
 * undefined when it turns out to be another tar. Reads until that is known or the tar ends: the caller passes
 * over the rest.
 * @param limits `maxRetainedBytes` in all
 */
export async function readComponentFiles(
  feed: ByteReader,
  limits: ReadLimits,
): Promise<NestedFiles | undefined> {
  let component: string | undefined;
  let foreign = false;
  const found = await collectNestedFiles(feed, limits, async (entry, path, left) => {
    const [top = '', folder, name, deeper] = path.split('/');
    component ??= top;
    foreign = top !== component || (folder !== undefined && !folders.has(folder));
    if (foreign) return 'stop';
    const placed = folder !== undefined && name !== undefined && deeper === undefined;
    const wanted = entry.type === 'file' && placed && kept.has(folder);
    return wanted ? takeWhole(entry, limits, left) : 'passed';
  });
  return foreign ? undefined : found;
}
