import { type Descriptor, mediaTypes } from '../../oci/descriptor.ts';
import type { PublishedArtifact } from '../../ports/artifact-source.ts';
import type { Run } from '../../support/run.ts';
import type { ManifestReader } from './manifest-reader.ts';
import type { FetchedManifest } from './registry-client.ts';
import type { Repository } from './registry-connection.ts';
import { bad, parseRegistryDocument } from './registry-document.ts';
import { RegistryContentError } from './registry-error.ts';
import { titledLayers } from './titled-layers.ts';

/** A published package as its reference names it. */
export interface ArtifactAddress extends Repository {
  /** The full reference, for messages. */
  readonly normalized: string;
}

/**
 * Narrows what stands at the tag to one architecture and names the files of the package.
 * @param found what the reference points at
 * @throws RegistryError all codes; RegistryContentError REGISTRY_DOCUMENT, REGISTRY_DIGEST, REGISTRY_PLATFORM
 */
export async function readPublished(
  reader: ManifestReader,
  at: ArtifactAddress,
  found: FetchedManifest,
  architecture: string,
  run: Run,
): Promise<PublishedArtifact> {
  const subject = at.normalized;
  let fetched = found;
  let document = parseRegistryDocument(fetched, subject);
  if (document.kind === 'index') {
    const chosen = document.manifests.find(
      ({ platform }) => platform?.os === 'multi' && platform.architecture === architecture,
    );
    if (chosen === undefined) throw noArchitecture(subject, architecture, document.manifests);
    fetched = await reader.manifest(at, chosen.digest, run);
    document = parseRegistryDocument(fetched, `${subject}, entry ${chosen.digest},`);
    if (fetched.bytes.byteLength !== chosen.size || document.mediaType !== chosen.mediaType) {
      throw bad(
        subject,
        `its entry ${chosen.digest} is not of the size and kind that were announced`,
      );
    }
  }
  if (document.kind === 'index')
    throw bad(subject, `its entry for ${architecture} is another index`);
  if (document.config.mediaType !== mediaTypes.zarfConfig) {
    throw bad(subject, `its config is ${document.config.mediaType}: it is no Zarf package`, [
      'Name the repository and tag of a package published with zarf package publish',
    ]);
  }
  const stranger = document.layers.find(({ mediaType }) => mediaType !== mediaTypes.zarfLayer);
  if (stranger !== undefined)
    throw bad(
      subject,
      `layer ${stranger.digest} is ${stranger.mediaType}, not a file of a package`,
    );
  return {
    manifest: { bytes: fetched.bytes, digest: fetched.digest },
    config: { ...reader.remote(at, document.config), mediaType: document.config.mediaType },
    files: titledLayers(document.layers, subject).map(({ path, descriptor }) => ({
      path,
      blob: reader.remote(at, descriptor),
    })),
  };
}

function noArchitecture(
  subject: string,
  architecture: string,
  found: readonly Descriptor[],
): RegistryContentError {
  const names = found.flatMap(({ platform }) =>
    platform?.os === 'multi' ? [platform.architecture] : [],
  );
  const there =
    names.length === 0
      ? 'holds no published package'
      : `is published for ${names.slice(0, 12).join(', ')}`;
  return new RegistryContentError(
    'REGISTRY_PLATFORM',
    `${subject} ${there}, not for ${architecture}`,
    {
      suggestions: [
        'Choose a version that is published for this architecture, or change architecture in cowa-release.yaml',
      ],
    },
  );
}
