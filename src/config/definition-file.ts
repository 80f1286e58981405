import { posix } from 'node:path';

/**
 * File of a package as a release or a bundle names it: the folder it lies in, or the file.
 * @param folder what the path is relative to
 */
export function packageFile(folder: string, path: string): string {
  return definitionFile(folder, path, 'zarf.yaml');
}

/** File of a bundle as a release names it: the folder it lies in, or the file. */
export function bundleFile(folder: string, path: string): string {
  return definitionFile(folder, path, 'uds-bundle.yaml');
}

function definitionFile(folder: string, path: string, name: string): string {
  const full = posix.join(folder, path);
  return /\.ya?ml$/.test(full) ? full : posix.join(full, name);
}
