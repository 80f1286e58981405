import type { FileHandle } from 'node:fs/promises';

/**
 * Bytes of one write. Linux takes its cache in blocks as large as the write, and a virtual machine may have to ask
 * its host for large ones first: measured at three times the cost from 512 KiB on, five times from 1 MiB on.
 */
const mostAtOnce = 2 ** 18;

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
