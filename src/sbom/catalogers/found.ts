import type { AnySeenFile } from '../image-view.ts';
import type { FoundAt } from '../inventory.ts';

/** Where a file with evidence lies. */
export function placeOf(file: AnySeenFile, primary: boolean): FoundAt {
  return {
    path: `/${file.path}`,
    diffId: file.diffId,
    primary,
    ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
  };
}

/**
 * A CPE with the name of the package as vendor and product, which is what most databases know it by.
 * @see NIST IR 7695, 6.2.3.2
 */
export function plainCpe(product: string, version: string, vendor: string = product): string {
  return `cpe:2.3:a:${escaped(vendor)}:${escaped(product)}:${escaped(version)}:*:*:*:*:*:*:*`;
}

function escaped(text: string): string {
  return text === '' ? '*' : text.toLowerCase().replace(/[^a-z0-9._-]/g, (sign) => `\\${sign}`);
}
