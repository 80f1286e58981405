import type { Inventory } from './inventory.ts';
import { renderCycloneDx } from './render-cyclonedx.ts';
import { renderSpdx } from './render-spdx.ts';
import { renderSyft, type SbomMaker } from './render-syft.ts';
import type { SbomFormat } from './sbom-names.ts';

/** Grows when the same inventory gives other bytes: documents that were kept are not used then. */
export const documentsVersion = 5;

/**
 * One document about an image.
 * @param created time of the document; without it the time the image says it was made, or 1970
 */
export function renderSbom(
  inventory: Inventory,
  format: SbomFormat,
  tool: SbomMaker,
  created?: Date,
): Uint8Array {
  const { subject } = inventory;
  const time = created ?? timeOf(subject.kind === 'image' ? subject.created : undefined);
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
