import { InputError } from '../../errors/families.ts';

/** An `oci-layout` or `docker-archive` that cannot be used. */
export class LayoutError extends InputError<
  | 'LAYOUT_MISSING' // nothing at the path, or not what it should be
  | 'LAYOUT_BLOB_MISSING'
  | 'LAYOUT_NAME_TWICE' // one name, two images
  | 'LAYOUT_PLATFORM'
  | 'LAYOUT_INVALID'
> {}
