import { createHash } from 'node:crypto';
import type { FoundPackage } from './inventory.ts';

/** Sixteen hex digits that name a package within its image: the same content gives the same name. */
export function packageId({ kind, name, version, purl, locations }: FoundPackage): string {
  const hash = createHash('sha256').update(JSON.stringify([kind, name, version, purl]));
  for (const { path, diffId, primary } of locations)
    if (primary) hash.update(`\n${path} ${diffId}`);
  return hash.digest('hex').slice(0, 16);
}

/** A UUID that follows from a text. @see RFC 9562, 5.8 */
export function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
