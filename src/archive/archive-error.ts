import { InputError } from '../errors/families.ts';

/**
 * Every way in which bytes can fail to be an archive we accept. Public: never reused, never renamed.
 * Where the file could be opened, `verify` reports these as findings of the container checks.
 */
export type ArchiveErrorCode =
  // the file as a whole
  | 'ARCHIVE_UNRECOGNISED' // neither zstd nor tar
  | 'ARCHIVE_EMPTY'
  | 'ARCHIVE_PARTS_INCOMPLETE' // it lies in parts, and they cannot be read as one
  // zstd
  | 'ZSTD_TRUNCATED'
  | 'ZSTD_FRAME_INVALID' // reserved bits, bad block type, junk between frames
  | 'ZSTD_CHECKSUM' // content checksum wrong
  | 'ZSTD_CONTENT_SIZE' // header's content size disagrees with the content
  | 'ZSTD_WINDOW_LIMIT'
  | 'ZSTD_DICTIONARY' // frame wants a dictionary
  | 'ZSTD_TRAILING_BYTES' // bytes behind the last frame
  | 'ZSTD_HIDDEN_BYTES' // a skippable frame that is no seek table
  | 'ZSTD_SEEK_TABLE' // seek table disagrees with the frames
  | 'ZSTD_DATA_INVALID' // the decoder refuses a block
  // tar
  | 'TAR_TRUNCATED'
  | 'TAR_HEADER_INVALID' // checksum, magic, number fields
  | 'TAR_PAX_INVALID'
  | 'TAR_PAX_CONFLICT' // PAX and ustar disagree about size
  | 'TAR_END_MISSING' // fewer than two zero blocks at the end
  | 'TAR_DATA_AFTER_END'
  | 'TAR_ENTRY_TYPE' // link, device, sparse, unknown
  | 'TAR_NAME_INVALID' // absolute, .., empty, NUL, backslash, reserved
  | 'TAR_NAME_ENCODING' // not UTF-8
  | 'TAR_NAME_DUPLICATE' // two entries, one path
  | 'TAR_NAME_CASE' // paths that differ only in case
  | 'TAR_NAME_CONFLICT' // a file where another entry needs a folder
  // limits
  | 'LIMIT_ENTRIES'
  | 'LIMIT_ENTRY_BYTES'
  | 'LIMIT_EXPANSION'
  | 'LIMIT_NAME_BYTES'
  | 'LIMIT_FRAMES';

/** Bytes that are not an archive we accept, thrown where no finding can be made of it. */
export class ArchiveError extends InputError<ArchiveErrorCode> {}
