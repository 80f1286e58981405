import { parseJsonStrict } from '../support/json-document.ts';
import type { LogEntry } from './log-entry.ts';

const maxBodyBytes = 512 * 1024;

/**
 * The key or certificate (PEM or DER) that the body of a log entry names, for comparison with the one
 * that signed: the promise of a log is about its body, and about nobody else's certificate. A text
 * instead says why the body is refused.
 */
export function keyInLogBody({ kind, version, body }: LogEntry): Uint8Array | string {
  if (body === undefined) return 'it has no body';
  const { value, problem } = parseJsonStrict(body, { maxBytes: maxBodyBytes, maxDepth: 16 });
  if (problem !== undefined) return `its body is not strict JSON: ${problem.message}`;
  if (at(value, 'kind') !== kind || at(value, 'apiVersion') !== version)
    return 'its body is of another kind than the entry says';
  const places = keyPlaces[`${kind} ${version}`];
  if (places === undefined)
    return `entries of the kind '${kind?.slice(0, 40)}' ${version?.slice(0, 20)} are not judged`;
  const texts = places.map((path) => at(value, ...path.split('.')));
  const text = texts.find((each) => each !== undefined);
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  return bytes.byteLength === 0 ? 'its body names no key' : bytes;
}

/** Where each kind keeps the key or certificate. @see rekor, pkg/types; rekor-tiles, api/proto */
const keyPlaces: Readonly<Record<string, readonly string[]>> = {
  'hashedrekord 0.0.1': ['spec.signature.publicKey.content'],
  'dsse 0.0.1': ['spec.signatures.0.verifier'],
  'intoto 0.0.2': ['spec.content.envelope.signatures.0.publicKey'],
  'hashedrekord 0.0.2': [
    'spec.hashedRekordV002.signature.verifier.x509Certificate.rawBytes',
    'spec.hashedRekordV002.signature.verifier.publicKey.rawBytes',
  ],
  'dsse 0.0.2': [
    'spec.dsseV002.signatures.0.verifier.x509Certificate.rawBytes',
    'spec.dsseV002.signatures.0.verifier.publicKey.rawBytes',
  ],
};

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}
