import { InputError } from '../errors/families.ts';

/** Why an inventory could not be made or read. Public: never reused, never renamed. */
export type SbomErrorCode =
  | 'SBOM_LAYER_INVALID' // a layer is no tar, or is cut short
  | 'SBOM_LAYER_LIMIT' // a layer holds more than is read
  | 'SBOM_DOCUMENT_INVALID' // a document is no SBOM of a known format
  | 'SBOM_IMAGE_INVALID'; // manifest, config and layers of an image disagree

/** An image whose contents cannot be told. */
export class SbomError extends InputError<SbomErrorCode> {}
