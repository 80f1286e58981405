import { CowaError, EnvironmentError } from '../errors/families.ts';
import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { parseIndex } from '../oci/image-index.ts';
import { referrerDescriptor, referrersTag } from '../oci/referrer.ts';
import type { PushedDocument, RegistryTarget } from '../ports/registry-target.ts';
import type { Run } from '../support/run.ts';

/** Somebody else writes the same list again and again. */
class ReferrerListError extends EnvironmentError<'REFERRERS_CONTENDED'> {}

/** Times a list is written before it is given up: others may write it at the same time. */
const maxTries = 5;

/**
 * Lists manifests under the tag of their subject, as registries without the referrers API want it; what
 * is listed there stays. The list is read again afterwards: what another one wrote over is written once more.
 * @throws ReferrerListError REFERRERS_CONTENDED; errors of the registry; OciError OCI_DOCUMENT_INVALID: what stands at the tag is no index
 * @see OCI distribution-spec 1.1, "Pushing Manifests with Subject", "Referrers Tag Schema"
 */
export async function listReferrers(
  target: RegistryTarget,
  repository: string,
  documents: readonly PushedDocument[],
  subject: Digest,
  run: Run,
): Promise<void> {
  const tag = referrersTag(subject);
  const wanted = documents.map(referrerDescriptor);
  for (let tries = 0; tries <= maxTries; tries += 1) {
    const there = await target.read(repository, tag, run);
    const listed =
      there === undefined ? [] : parseIndex(there.bytes, there.mediaType, tag).manifests;
    const missing = wanted.filter((each) => !listed.some(({ digest }) => digest === each.digest));
    if (missing.length === 0) return;
    if (tries < maxTries) await putList(target, repository, [...listed, ...missing], tag, run);
  }
  throw new ReferrerListError(
    'REFERRERS_CONTENDED',
    `the list of what is about ${subject} in ${target.host}/${repository} does not keep what is added: somebody else writes it at the same time`,
    { suggestions: ['Run the same command again when nobody else pushes to this repository'] },
  );
}

async function putList(
  target: RegistryTarget,
  repository: string,
  manifests: readonly Descriptor[],
  tag: string,
  run: Run,
): Promise<void> {
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
  );
  const index = { mediaType: mediaTypes.ociIndex, digest: digestOf(bytes), bytes };
  try {
    await target.pushDocument(repository, index, tag, run);
  } catch (error) {
    // Another list stands there by now: it is read, and added to.
    if (!(error instanceof CowaError) || error.code !== 'REGISTRY_DIGEST') throw error;
  }
}
