import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isManifestType } from '../../oci/manifest.ts';
import { OciError } from '../../oci/oci-error.ts';
import { normalizeReference } from '../../oci/reference.ts';
import { parseReferrer, type ReferrerManifest, referrersTag } from '../../oci/referrer.ts';
import type { BlobSource, BlobStore } from '../../ports/blob-store.ts';
import {
  maxListedReferrers,
  maxReferrerBytes,
  maxReferrerLayers,
  type Referrer,
  ReferrerError,
  type ReferrerSource,
} from '../../ports/referrer-source.ts';
import type { Run } from '../../support/run.ts';
import { type ClientSettings, clientOptions } from './make-client.ts';
import { ManifestReader } from './manifest-reader.ts';
import { listedByRegistry, tooMuch } from './referrer-list.ts';
import { type FetchedManifest, RegistryClient } from './registry-client.ts';
import { RegistryConnection, type Repository } from './registry-connection.ts';
import { bad, parseRegistryDocument } from './registry-document.ts';
import { RegistryError } from './registry-error.ts';

interface Open {
  readonly connection: RegistryConnection;
  readonly reader: ManifestReader;
}

/** Asks registries what they hold about something. @see OCI distribution-spec 1.1, "Listing Referrers" */
export class RegistryReferrerSource implements ReferrerSource {
  readonly #settings: ClientSettings;
  readonly #held: BlobStore | undefined;
  #open: Promise<Open> | undefined;

  /** @param held content fetched before: what is named by digest is read there */
  constructor(settings: ClientSettings, held?: BlobStore) {
    this.#settings = settings;
    this.#held = held;
  }

  /** As `ReferrerSource`. @throws ReferrerError; RegistryError, RegistryContentError; OciError OCI_REFERENCE_INVALID */
  async listReferrers(
    reference: string,
    subject: Digest,
    run: Run,
  ): Promise<readonly Descriptor[]> {
    const at = normalizeReference(reference);
    const { connection, reader } = await this.#connect();
    const listed =
      (await listedByRegistry(connection, at, subject, run)) ??
      (await listedByTag(reader, at, subject, run));
    return [...new Map(listed.toReversed().map((each) => [each.digest, each])).values()].reverse();
  }

  /** As `ReferrerSource`. @throws ReferrerError; RegistryError, RegistryContentError; OciError OCI_REFERENCE_INVALID */
  async readReferrer(
    reference: string,
    subject: Digest,
    { digest, size, mediaType }: Pick<Descriptor, 'digest' | 'size' | 'mediaType'>,
    run: Run,
  ): Promise<Referrer> {
    const at = normalizeReference(reference);
    const { reader } = await this.#connect();
    const called = `${at.registry}/${at.repository}@${digest}`;
    if (!isManifestType(mediaType)) throw bad(called, `it is listed as ${mediaType}, no manifest`);
    const fetched = await sized(reader, at, { digest, size }, called, run);
    const manifest = parsed(fetched, called);
    if (manifest.subject !== subject)
      throw new ReferrerError(
        'REFERRERS_SUBJECT',
        `${called} is listed as about ${subject}, and is about ${manifest.subject ?? 'nothing'}`,
        {
          suggestions: ['Tell whoever writes to this repository; do without it: --no-referrers'],
        },
      );
    return toReferrer(reader, at, fetched, manifest, called);
  }

  /** As `ReferrerSource`. @throws ReferrerError; RegistryError, RegistryContentError; OciError OCI_REFERENCE_INVALID */
  async findTagged(reference: string, tag: string, run: Run): Promise<Referrer | undefined> {
    const at = normalizeReference(reference);
    const { reader } = await this.#connect();
    const fetched = await atTag(reader, at, tag, run);
    if (fetched === undefined) return undefined;
    const called = `${at.registry}/${at.repository}:${tag}`;
    return toReferrer(reader, at, fetched, parsed(fetched, called), called);
  }

  /** As `ReferrerSource`. @throws ReferrerError; RegistryError, RegistryContentError; OciError OCI_REFERENCE_INVALID */
  async readTagged(
    reference: string,
    { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
    run: Run,
  ): Promise<Referrer> {
    const at = normalizeReference(reference);
    const { reader } = await this.#connect();
    const called = `${at.registry}/${at.repository}@${digest}`;
    const fetched = await sized(reader, at, { digest, size }, called, run);
    return toReferrer(reader, at, fetched, parsed(fetched, called), called);
  }

  #connect(): Promise<Open> {
    this.#open ??= clientOptions(this.#settings).then((options) => {
      const connection = new RegistryConnection(options);
      const client = new RegistryClient(options, connection);
      return { connection, reader: new ManifestReader(client, this.#held) };
    });
    return this.#open;
  }
}

async function sized(
  reader: ManifestReader,
  at: Repository,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  called: string,
  run: Run,
): Promise<FetchedManifest> {
  const fetched = await reader.manifest(at, digest, run);
  if (fetched.bytes.length === size) return fetched;
  throw bad(called, `it has ${fetched.bytes.length} bytes, ${size} were announced`);
}

async function listedByTag(
  reader: ManifestReader,
  at: Repository,
  subject: Digest,
  run: Run,
): Promise<readonly Descriptor[]> {
  const tag = referrersTag(subject);
  const fetched = await atTag(reader, at, tag, run);
  if (fetched === undefined) return [];
  const called = `${at.registry}/${at.repository}:${tag}`;
  const document = parseRegistryDocument(fetched, called);
  if (document.kind === 'index') {
    if (document.manifests.length > maxListedReferrers)
      throw tooMuch(`the list ${called} has more than ${maxListedReferrers} entries`);
    return document.manifests;
  }
  // UDS puts the signature of a bundle itself there.
  const { mediaType, artifactType, annotations, subject: about } = parsed(fetched, called);
  const { bytes, digest } = fetched;
  return about === subject
    ? [{ mediaType, digest, size: bytes.length, artifactType, annotations }]
    : [];
}

async function atTag(
  reader: ManifestReader,
  at: Repository,
  tag: string,
  run: Run,
): Promise<FetchedManifest | undefined> {
  try {
    return await reader.manifest(at, tag, run);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'REGISTRY_NOT_FOUND') return undefined;
    throw error;
  }
}

/** @throws RegistryContentError REGISTRY_DOCUMENT */
function parsed(
  fetched: FetchedManifest,
  called: string,
): ReferrerManifest & { readonly mediaType: string } {
  const { kind, mediaType } = parseRegistryDocument(fetched, called);
  if (kind !== 'manifest') throw bad(called, 'it is an index, no artifact');
  try {
    return { mediaType, ...parseReferrer(fetched.bytes, mediaType, called) };
  } catch (error) {
    if (error instanceof OciError) throw bad(called, error.message);
    throw error;
  }
}

/** @throws ReferrerError REFERRERS_LIMIT */
function toReferrer(
  reader: ManifestReader,
  at: Repository,
  { bytes, digest }: FetchedManifest,
  { mediaType, artifactType, annotations, config, layers }: ReturnType<typeof parsed>,
  called: string,
): Referrer {
  if (layers.length > maxReferrerLayers)
    throw tooMuch(
      `${called} has ${layers.length} contents, at most ${maxReferrerLayers} are taken`,
    );
  const large = [config, ...layers].find(({ size }) => size > maxReferrerBytes);
  if (large !== undefined)
    throw tooMuch(
      `${called} has a content of ${large.size} bytes, at most ${maxReferrerBytes} are taken`,
    );
  const opened = (each: Descriptor): Descriptor & BlobSource => ({
    ...each,
    ...reader.remote(at, each),
  });
  return {
    descriptor: { mediaType, digest, size: bytes.length, artifactType, annotations },
    document: { bytes, digest },
    config: opened(config),
    layers: layers.map(opened),
  };
}
