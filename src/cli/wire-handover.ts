import { FsFileLinker } from '../adapters/fs/file-linker.ts';
import type { FileLinker } from '../ports/file-linker.ts';

/** What puts the files of a release into a kit. */
export function fileLinker(): FileLinker {
  return new FsFileLinker();
}
