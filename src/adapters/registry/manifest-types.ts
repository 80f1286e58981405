import { mediaTypes } from '../../oci/descriptor.ts';

/** The kinds of documents asked for, the OCI ones first. */
export const manifestAccept = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
].join(', ');
