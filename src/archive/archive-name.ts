/** Whether a file is an archive by its name: `.tar.zst`, or `.tar` where it was left uncompressed. */
export function isArchiveName(name: string): boolean {
  return /\.tar(?:\.zst)?$/.test(name);
}
