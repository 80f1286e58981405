import { isDigest } from '../oci/digest.ts';
import type { PackageRef } from './bundle.ts';

/**
 * Takes a package's `ref` apart: the text before the first `@`, and what follows if it is a digest.
 * Undefined when something else follows: two digests, an upper-case or a short one.
 */
export function parsePackageRef(text: string): PackageRef | undefined {
  const at = text.indexOf('@');
  if (at < 0) return { tag: text };
  const digest = text.slice(at + 1);
  return isDigest(digest) ? { tag: text.slice(0, at), digest } : undefined;
}
