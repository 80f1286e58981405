import type { FileHandle } from 'node:fs/promises';

/**
 * Bytes of one write. From 2 MiB on Linux takes its cache in blocks of that size, which a virtual machine
 * may have to ask its host for first: measured at ten times the cost of smaller ones.
 */
const mostAtOnce = 2 ** 20;

/** Writes all of the bytes: a single write may be short, on a disk that is nearly full above all. */
export async function writeFully(
  handle: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(
      bytes,
      done,
      Math.min(bytes.length - done, mostAtOnce),
    );
    done += bytesWritten;
  }
}
