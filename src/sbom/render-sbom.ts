import type { ImageInventory } from './inventory.ts';
import { renderCycloneDx } from './render-cyclonedx.ts';
import { renderSpdx } from './render-spdx.ts';
import { renderSyft, type SbomTool } from './render-syft.ts';
import type { SbomFormat } from './sbom-names.ts';

/**
 * One document about an image.
 * @param created time of the document; without it the time the image says it was made, or 1970
 */
export function renderSbom(
  inventory: ImageInventory,
  format: SbomFormat,
  tool: SbomTool,
  created?: Date,
): Uint8Array {
  const time = created ?? timeOf(inventory.image.created);
  switch (format) {
    case 'cyclonedx':
      return renderCycloneDx(inventory, tool, time);
    case 'spdx':
      return renderSpdx(inventory, tool, time);
    case 'syft':
      return renderSyft(inventory, tool);
  }
}

function timeOf(text: string | undefined): Date {
  const time = Date.parse(text ?? '');
  return new Date(Number.isNaN(time) ? 0 : time);
}
