import { parseJsonStrict } from '../support/json-document.ts';
import type { Descriptor, Platform } from './descriptor.ts';
import { type Digest, isDigest } from './digest.ts';
import { OciError } from './oci-error.ts';

/** A JSON object before its members were looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

const limits = { maxBytes: 8 * 2 ** 20, maxDepth: 64 };
const maxDescriptors = 10_000;

/**
 * Reads bytes as one JSON object, with no second meaning.
 * @param subject how messages call the document
 * @throws OciError OCI_DOCUMENT_INVALID
 */
export function readObject(bytes: Uint8Array, subject: string): JsonObject {
  const { value, problem } = parseJsonStrict(bytes, limits);
  if (problem !== undefined)
    throw badDocument(
      subject,
      `line ${problem.line}, column ${problem.column}: ${problem.message}`,
    );
  return objectOf(value, subject, 'the document');
}

/** @throws OciError OCI_DOCUMENT_INVALID when it is not an object */
export function objectOf(value: unknown, subject: string, name: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badDocument(subject, `${name} is not an object`);
  return Object.fromEntries(Object.entries(value));
}

/** @throws OciError OCI_DOCUMENT_INVALID when it is neither missing, null nor a list of text */
export function textsOf(value: unknown, subject: string, name: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw badDocument(subject, `${name} is not a list of text`);
  return value;
}

/** @throws OciError OCI_DOCUMENT_INVALID */
export function textOf(value: unknown, subject: string, name: string): string {
  if (typeof value !== 'string' || value === '')
    throw badDocument(subject, `${name} is missing or no text`);
  return value;
}

/** Text by name; missing and null are empty. @throws OciError OCI_DOCUMENT_INVALID */
export function textMapOf(
  value: unknown,
  subject: string,
  name: string,
): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(objectOf(value, subject, name)).map(
    ([key, text]): [string, string] => {
      if (typeof text !== 'string')
        throw badDocument(subject, `${name} holds something that is not text`);
      return [key, text];
    },
  );
  return Object.fromEntries(entries);
}

/** @throws OciError OCI_DOCUMENT_INVALID */
export function digestIn(value: unknown, subject: string, name: string): Digest {
  if (typeof value !== 'string' || !isDigest(value))
    throw badDocument(subject, `${name} is not a SHA-256 digest`);
  return value;
}

/** @throws OciError OCI_DOCUMENT_INVALID */
export function descriptorsOf(
  value: unknown,
  subject: string,
  name: string,
): readonly Descriptor[] {
  if (!Array.isArray(value)) throw badDocument(subject, `${name} is not a list`);
  if (value.length > maxDescriptors)
    throw badDocument(subject, `${name} has more than ${maxDescriptors} entries`);
  return value.map((item, index) => descriptorOf(item, subject, `${name}[${index}]`));
}

/** @throws OciError OCI_DOCUMENT_INVALID @see OCI image-spec 1.1, descriptor.md */
export function descriptorOf(value: unknown, subject: string, name: string): Descriptor {
  const { mediaType, digest, size, annotations, platform, artifactType } = objectOf(
    value,
    subject,
    name,
  );
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw badDocument(subject, `${name} has no valid size`);
  const notes = textMapOf(annotations, subject, `${name}.annotations`);
  return {
    mediaType: textOf(mediaType, subject, `${name}.mediaType`),
    digest: digestIn(digest, subject, `${name}.digest`),
    size,
    ...(Object.keys(notes).length === 0 ? {} : { annotations: notes }),
    ...(platform === undefined || platform === null
      ? {}
      : { platform: platformOf(platform, subject, `${name}.platform`) }),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  };
}

/** A document that cannot be used, and what is wrong with it. */
export function badDocument(subject: string, detail: string): OciError {
  return new OciError('OCI_DOCUMENT_INVALID', `${subject} cannot be used: ${detail}`, {
    suggestions: ['Make or fetch it again; if it stays so, its producer has to repair it'],
  });
}

function platformOf(value: unknown, subject: string, name: string): Platform {
  const { architecture, os, variant } = objectOf(value, subject, name);
  if (typeof architecture !== 'string' || typeof os !== 'string')
    throw badDocument(subject, `${name} names no architecture or no os`);
  return {
    architecture,
    os,
    ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
  };
}
