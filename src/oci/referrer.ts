import { type Descriptor, mediaTypes, plain } from './descriptor.ts';
import { type Digest, isDigest } from './digest.ts';
import { parseManifest } from './manifest.ts';
import { readObject, textMapOf } from './read-members.ts';

/** A manifest that says what it is about. @see OCI image-spec 1.1, manifest.md, "subject" */
export interface ReferrerManifest {
  /** What it is about; undefined where it does not say. */
  readonly subject: Digest | undefined;
  /** Of the manifest, else of its config, as lists of referrers have it. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** What an empty config holds. @see OCI image-spec 1.1, "Guidance for an Empty Descriptor" */
export const emptyConfig = Buffer.from('{}');

/** What a document says it is about: signatures, statements and SBOMs name their image so. */
export function subjectOf({
  bytes,
  digest,
}: {
  readonly bytes: Uint8Array;
  readonly digest: string;
}): Digest | undefined {
  const { subject } = readObject(bytes, digest);
  const found: unknown = Reflect.get(Object(subject), 'digest');
  return typeof found === 'string' && isDigest(found) ? found : undefined;
}

/** Reads a manifest that a list of referrers names. @throws OciError OCI_DOCUMENT_INVALID */
export function parseReferrer(
  bytes: Uint8Array,
  mediaType: string,
  called: string,
): ReferrerManifest {
  const { config, layers } = parseManifest(bytes, mediaType, called);
  const { artifactType, annotations } = readObject(bytes, called);
  return {
    subject: subjectOf({ bytes, digest: called }),
    artifactType: isType(artifactType) ? artifactType : config.mediaType,
    annotations: textMapOf(annotations, called, 'annotations'),
    config,
    layers,
  };
}

/** An artifact about something, in the one form this program writes: no time, fixed order, no spaces. */
export function renderReferrer(artifact: {
  readonly artifactType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}): Uint8Array {
  const { artifactType, config, layers, subject, annotations } = artifact;
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType,
      config: plain(config),
      layers: layers.map((layer) => ({
        ...plain(layer),
        ...(layer.annotations === undefined ? {} : { annotations: sorted(layer.annotations) }),
      })),
      subject: plain(subject),
      annotations: sorted(annotations),
    }),
  );
}

/** How a list of referrers names a manifest: with its kind and its annotations. @throws OciError OCI_DOCUMENT_INVALID */
export function referrerDescriptor(document: {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}): Descriptor {
  const { mediaType, digest, bytes } = document;
  const { artifactType, config, annotations } = readObject(bytes, digest);
  const configType: unknown = Reflect.get(Object(config), 'mediaType');
  const type = isType(artifactType) ? artifactType : configType;
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

/** The tag under which registries without the referrers API keep the list. @see OCI distribution-spec 1.1, "Referrers Tag Schema" */
export function referrersTag(subject: Digest): string {
  return subject.replace(':', '-');
}

/** Some tools write an empty one, which says nothing. */
function isType(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function sorted(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
