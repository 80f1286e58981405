import type { LockedFlavor } from '../config/lock.ts';
import { ImageError } from './image-error.ts';

/**
 * The reference of a published package by the digest that is locked for it: no tag is looked at.
 * @throws ImageError LOCK_MISSING, LOCK_DRIFT: the bundle names another digest than the lock
 */
export function pinMember(reference: string, lock: Pick<LockedFlavor, 'packages'>): string {
  const pin = lock.packages?.find((entry) => entry.reference === reference);
  if (pin === undefined) {
    throw new ImageError(
      'LOCK_MISSING',
      `the published package ${reference} is not in the lock file`,
      {
        suggestions: ['cowa-release images lock'],
      },
    );
  }
  const [, digest] = reference.split('@');
  if (digest === undefined) return `${reference}@${pin.digest}`;
  if (digest === pin.digest) return reference;
  throw new ImageError(
    'LOCK_DRIFT',
    `the published package ${reference} is locked at ${pin.digest}, the bundle names ${digest}`,
    {
      suggestions: [
        'Name the locked digest in the bundle, or take the new one over: cowa-release images lock',
      ],
    },
  );
}
