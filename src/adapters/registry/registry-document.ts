import {
  annotationKeys,
  type Descriptor,
  mediaTypes,
  type Platform,
} from '../../oci/descriptor.ts';
import { isDigest } from '../../oci/digest.ts';
import { parseJsonStrict } from '../../support/json-document.ts';
import type { FetchedManifest } from './registry-client.ts';
import { RegistryContentError } from './registry-error.ts';

/** A manifest or an index, as much of it as is needed to find what it points at. */
export type RegistryDocument =
  | {
      readonly kind: 'index';
      readonly mediaType: string;
      readonly manifests: readonly Descriptor[];
    }
  | {
      readonly kind: 'manifest';
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    };

const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerIndex];
const manifestTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.dockerManifest];
const limits = { maxBytes: 4 << 20, maxDepth: 32 };
const maxDescriptors = 10_000;

/**
 * Reads a served manifest or index. What it says of itself and what the registry says of it must be
 * one thing: a document with two readings could be judged as one and run as the other.
 * @throws RegistryContentError REGISTRY_DOCUMENT
 * @see OCI image-spec 1.1, manifest.md and image-index.md; CVE-2021-41190
 */
export function parseRegistryDocument(fetched: FetchedManifest, subject: string): RegistryDocument {
  const { value, problem } = parseJsonStrict(fetched.bytes, limits);
  if (problem !== undefined) {
    throw bad(subject, `line ${problem.line}, column ${problem.column}: ${problem.message}`);
  }
  const document = objectOf(value, subject, 'the document');
  const { contentType } = fetched;
  if (
    document['schemaVersion'] === 1 ||
    /docker\.distribution\.manifest\.v1\+(json|prettyjws)$/.test(contentType)
  ) {
    throw bad(subject, 'it is in the old Docker schema 1, which has no checkable config', [
      'Push the image again with a current tool (docker push, skopeo copy)',
    ]);
  }
  if (document['schemaVersion'] !== 2) throw bad(subject, 'schemaVersion is not 2');
  const own = document['mediaType'];
  if (own !== undefined && typeof own !== 'string') throw bad(subject, 'mediaType is not text');
  const known = [...indexTypes, ...manifestTypes];
  if (own !== undefined && known.includes(contentType) && own !== contentType) {
    throw bad(subject, `it calls itself ${own}, the registry calls it ${contentType}`);
  }
  const mediaType = own ?? contentType;
  const isIndex = indexTypes.includes(mediaType);
  if (!isIndex && !manifestTypes.includes(mediaType)) {
    throw bad(subject, `media type '${mediaType.slice(0, 100)}' is not supported`);
  }
  if (isIndex) {
    if ('layers' in document || 'config' in document)
      throw bad(subject, 'it is an index and a manifest at once');
    return {
      kind: 'index',
      mediaType,
      manifests: descriptorsOf(document['manifests'], subject, 'manifests'),
    };
  }
  if ('manifests' in document) throw bad(subject, 'it is a manifest and an index at once');
  return {
    kind: 'manifest',
    mediaType,
    config: descriptorOf(document['config'], subject, 'config'),
    layers: descriptorsOf(document['layers'], subject, 'layers'),
  };
}

/** The platform an image config names. @throws RegistryContentError REGISTRY_DOCUMENT */
export function parseConfigPlatform(bytes: Uint8Array, subject: string): Platform {
  const { value, problem } = parseJsonStrict(bytes, limits);
  if (problem !== undefined) throw bad(subject, `its config: ${problem.message}`);
  const { architecture, os } = objectOf(value, subject, 'the config');
  return { architecture: textOr(architecture, '(none)'), os: textOr(os, '(none)') };
}

/** Files of an artifact by their titles. @throws RegistryContentError REGISTRY_DOCUMENT */
export function titledLayers(
  layers: readonly Descriptor[],
  subject: string,
): readonly { readonly path: string; readonly descriptor: Descriptor }[] {
  const seen = new Set<string>();
  return layers.map((descriptor) => {
    const path = descriptor.annotations?.[annotationKeys.title];
    if (path === undefined)
      throw bad(subject, `layer ${descriptor.digest} has no title: the file name is unknown`);
    const safe = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (!safe || /[\\\u0000-\u001f\u007f]/.test(path)) {
      throw bad(
        subject,
        `layer ${descriptor.digest} has the title ${JSON.stringify(path.slice(0, 200))}, which is no plain relative path`,
      );
    }
    if (seen.has(path)) throw bad(subject, `two layers have the title ${JSON.stringify(path)}`);
    seen.add(path);
    return { path, descriptor };
  });
}

/** A document problem with its subject and a next step. */
export function bad(
  subject: string,
  detail: string,
  suggestions?: readonly string[],
): RegistryContentError {
  return new RegistryContentError('REGISTRY_DOCUMENT', `${subject} cannot be used: ${detail}`, {
    suggestions: suggestions ?? [
      'Check the reference; if it is right, its producer has to push it again',
    ],
  });
}

function descriptorsOf(value: unknown, subject: string, name: string): readonly Descriptor[] {
  if (!Array.isArray(value)) throw bad(subject, `${name} is not a list`);
  if (value.length > maxDescriptors)
    throw bad(subject, `${name} has more than ${maxDescriptors} entries`);
  return value.map((item, index) => descriptorOf(item, subject, `${name}[${index}]`));
}

function descriptorOf(value: unknown, subject: string, name: string): Descriptor {
  const { mediaType, digest, size, annotations, platform, artifactType } = objectOf(
    value,
    subject,
    name,
  );
  if (typeof mediaType !== 'string') throw bad(subject, `${name} has no mediaType`);
  if (typeof digest !== 'string' || !isDigest(digest))
    throw bad(subject, `${name} has no SHA-256 digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw bad(subject, `${name} has no valid size`);
  return {
    mediaType,
    digest,
    size,
    ...(annotations === undefined || annotations === null
      ? {}
      : { annotations: annotationsOf(annotations, subject, name) }),
    ...(platform === undefined || platform === null
      ? {}
      : { platform: platformOf(platform, subject, name) }),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  };
}

function annotationsOf(
  value: unknown,
  subject: string,
  name: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(value, subject, `${name}.annotations`)).map(([key, text]) => {
      if (typeof text !== 'string')
        throw bad(subject, `${name}.annotations holds something that is not text`);
      return [key, text];
    }),
  );
}

function platformOf(value: unknown, subject: string, name: string): Platform {
  const { architecture, os, variant } = objectOf(value, subject, `${name}.platform`);
  return {
    architecture: textOr(architecture, ''),
    os: textOr(os, ''),
    ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
  };
}

function objectOf(
  value: unknown,
  subject: string,
  name: string,
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(subject, `${name} is not an object`);
  return Object.fromEntries(Object.entries(value));
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
