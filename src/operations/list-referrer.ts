import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf, isDigest } from '../oci/digest.ts';
import { parseIndex } from '../oci/image-index.ts';
import { readObject } from '../oci/read-members.ts';
import type { PushedDocument, RegistryTarget } from '../ports/registry-target.ts';
import type { Run } from '../support/run.ts';

/** What a manifest says it is about: signatures, statements and SBOMs name their image so. */
export function subjectOf({ bytes, digest }: PushedDocument): Digest | undefined {
  const { subject } = readObject(bytes, digest);
  const found: unknown = Reflect.get(Object(subject), 'digest');
  return typeof found === 'string' && isDigest(found) ? found : undefined;
}

/**
 * Lists a manifest under the tag of its subject, as registries without the referrers API want it; what
 * is listed there stays.
 * @throws errors of the registry; OciError OCI_DOCUMENT_INVALID: what stands at the tag is no index
 * @see OCI distribution-spec 1.1, "Pushing Manifests with Subject", "Referrers Tag Schema"
 */
export async function listReferrer(
  target: RegistryTarget,
  repository: string,
  document: PushedDocument,
  subject: Digest,
  run: Run,
): Promise<void> {
  const tag = subject.replace(':', '-');
  const there = await target.read(repository, tag, run);
  const listed = there === undefined ? [] : parseIndex(there.bytes, there.mediaType, tag).manifests;
  if (listed.some(({ digest }) => digest === document.digest)) return;
  const manifests: readonly Descriptor[] = [...listed, descriptorOf(document)];
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
  );
  const index = { mediaType: mediaTypes.ociIndex, digest: digestOf(bytes), bytes };
  await target.pushDocument(repository, index, tag, run);
}

function descriptorOf({ mediaType, digest, bytes }: PushedDocument): Descriptor {
  const { artifactType, config, annotations } = readObject(bytes, digest);
  const configType: unknown = Reflect.get(Object(config), 'mediaType');
  const type = typeof artifactType === 'string' ? artifactType : configType;
  const texts = Object.entries(Object(annotations)).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(typeof type === 'string' ? { artifactType: type } : {}),
    ...(texts.length === 0 ? {} : { annotations: Object.fromEntries(texts) }),
  };
}
