import type { Survey } from '../archive/survey.ts';
import type { PackageFile } from './facts.ts';

/**
 * The files of a package that is the archive itself. Of two entries with one path the later stands,
 * as extraction would leave it; that there were two is a problem of the container.
 */
export function packageFiles(survey: Survey): ReadonlyMap<string, PackageFile> {
  const files = new Map<string, PackageFile>();
  for (const { path, type, size, digest, content, head, nested } of survey.entries) {
    if (type === 'file')
      files.set(path, { path, digest, size, declared: undefined, content, head, nested });
  }
  return files;
}
