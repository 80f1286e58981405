import { InputError } from '../errors/families.ts';

/** Images that cannot be had as the definition and the lock want them. */
export class ImageError extends InputError<
  'IMAGE_NOT_FOUND' | 'IMAGE_NOT_BUILT' | 'LOCK_MISSING' | 'LOCK_DRIFT'
> {}
