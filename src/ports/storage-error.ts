import { EnvironmentError, InputError } from '../errors/families.ts';

/** A file or folder of the user that a definition names. */
export class WorkspaceError extends InputError<
  'WORKSPACE_MISSING' | 'WORKSPACE_UNREADABLE' | 'WORKSPACE_LIMIT' | 'WORKSPACE_NOT_A_FILE'
> {}

/** The disk or a folder does not let us write. */
export class OutputError extends EnvironmentError<
  'DISK_FULL' | 'OUTPUT_NOT_WRITABLE' | 'OUTPUT_NOT_READABLE' | 'OUTPUT_CHANGED'
> {}

/** Content that the cache was asked for and does not have, or had damaged and cannot get anew. */
export class BlobStoreError extends EnvironmentError<'BLOB_MISSING' | 'BLOB_DAMAGED'> {}

/** A kept frame file is not what was stored; it was removed. */
export class FrameCacheError extends EnvironmentError<'FRAME_CACHE_DAMAGED'> {}
