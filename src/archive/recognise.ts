import { ArchiveError } from './archive-error.ts';
import { readTarHeader, saysTar } from './tar-header.ts';
import { frameMagic, isSkippableMagic } from './zstd-frames.ts';

/**
 * True for zstd, false for a plain tar, judged by the first 512 bytes.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED
 */
export function recognise(first: Uint8Array): boolean {
  if (first.length === 0)
    throw new ArchiveError('ARCHIVE_EMPTY', 'the input is empty', {
      suggestions: ['Bring the archive over again; nothing of it arrived'],
    });
  const magic =
    first.length < 4 ? 0 : new DataView(first.buffer, first.byteOffset).getUint32(0, true);
  if (magic === frameMagic || isSkippableMagic(magic)) return true;
  if (!isTar(first))
    throw new ArchiveError(
      'ARCHIVE_UNRECOGNISED',
      'the input is neither a zstd nor a tar archive',
      { suggestions: ['Name a Zarf package or a UDS bundle: *.tar.zst, *.tar'] },
    );
  return false;
}

/** A tar begins with a header, which proves itself by its checksum, or is cut short or damaged but says what it is, or holds nothing. */
function isTar(first: Uint8Array): boolean {
  if (saysTar(first)) return true;
  if (first.length < 512) return false;
  if (first.every((byte) => byte === 0)) return true;
  try {
    readTarHeader(first);
    return true;
  } catch {
    return false;
  }
}
