import type { Check, CheckId } from '../checks/check.ts';

/**
 * Checks of other areas that say the content is what was signed, or can be read in one way only.
 * Ids, for areas hold checks of both kinds.
 */
const byId: readonly CheckId[] = [
  'bundle/blobs',
  'bundle/definition',
  'bundle/format',
  'bundle/halves',
  'bundle/index',
  'bundle/package-manifests',
  'bundle/root',
  'bundle/unreferenced',
  'definition/documents-agree',
  'definition/version-known',
  'oci/blob-digest',
  'oci/config-layers',
  'oci/descriptors',
  'oci/nothing-missing',
];
const areas: readonly Check['area'][] = [
  'container',
  'checksums',
  'signature',
  'statement',
  'policy',
];

/**
 * Whether a check guards the chain from the signature to the bytes. No policy may waive or lower
 * one: what it lets through is not what anybody signed, so there is nothing an exception could be
 * about. The only ways round are the flags that begin with --insecure-.
 */
export function guardsIntegrity({ id, area }: Pick<Check, 'id' | 'area'>): boolean {
  return areas.includes(area) || byId.includes(id);
}

/** The tree of a bundle, which no area of `required` stands for, and what tells the format of a package. */
const neverOptional: readonly CheckId[] = [
  'bundle/blobs',
  'bundle/definition',
  'bundle/format',
  'bundle/index',
  'bundle/package-manifests',
  'bundle/root',
  'definition/version-known',
];

/**
 * Whether a check must have been decided whatever a policy requires: what a bundle holds, and by which
 * format, is not beside the point. Of a newer format than is known nothing passes.
 */
export function isNeverOptional(id: CheckId): boolean {
  return neverOptional.includes(id);
}
