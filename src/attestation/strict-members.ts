import { SignatureBundleError } from './attestation-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object with none but the known members. @throws SignatureBundleError SIGNATURE_BUNDLE_MEMBER */
export function objectAt(value: unknown, where: string, known: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SignatureBundleError('SIGNATURE_BUNDLE_MEMBER', `${where} must be an object`);
  }
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_MEMBER',
      `${where} has the unknown member '${stranger.slice(0, 60)}'; known are ${known.join(', ')}`,
    );
  }
  return { ...value };
}

/** A text member. @throws SignatureBundleError SIGNATURE_BUNDLE_MEMBER */
export function stringAt(object: JsonObject, name: string, where: string): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (typeof value !== 'string')
    throw new SignatureBundleError('SIGNATURE_BUNDLE_MEMBER', `${where}.${name} must be a text`);
  return value;
}

/** A list member. @throws SignatureBundleError SIGNATURE_BUNDLE_MEMBER */
export function listAt(object: JsonObject, name: string, where: string): readonly unknown[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (!Array.isArray(value))
    throw new SignatureBundleError('SIGNATURE_BUNDLE_MEMBER', `${where}.${name} must be a list`);
  return value;
}

/** Standard base64 that encodes back to the same text, and is not empty. @throws SignatureBundleError SIGNATURE_BUNDLE_BASE64 */
export function decodeBase64(value: unknown, where: string): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0);
  if (bytes.byteLength === 0 || bytes.toString('base64') !== value) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_BASE64',
      `${where} must be standard base64 with padding, of one byte or more`,
    );
  }
  return bytes;
}
