/** Puts a file into a second place without making its bytes twice where that can be helped. */
export interface FileLinker {
  /**
   * Makes `to` the same file as `from`, or a copy where the two lie on different disks. What `to` was is replaced,
   * whole or not at all.
   * @throws OutputError DISK_FULL, OUTPUT_NOT_WRITABLE
   */
  link(from: string, to: string): Promise<'linked' | 'copied'>;
}
