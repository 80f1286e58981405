import { SignatureBundleError } from './attestation-error.ts';
import { decodeBase64, type JsonObject, listAt, objectAt, stringAt } from './strict-members.ts';

/**
 * Checks the form of one transparency log entry: known members of the right types. Proofs are not looked at.
 * @throws SignatureBundleError SIGNATURE_BUNDLE_*
 * @see sigstore protobuf-specs, sigstore_rekor.proto
 */
export function checkLogEntry(value: unknown): void {
  const where = 'tlogEntries';
  const entry = objectAt(value, where, [
    'logIndex',
    'logId',
    'kindVersion',
    'integratedTime',
    'inclusionPromise',
    'inclusionProof',
    'canonicalizedBody',
  ]);
  integers(entry, ['logIndex', 'integratedTime'], where);
  part(entry, 'logId', ['keyId'], (logId) => bytes(logId, ['keyId'], 'logId'));
  part(entry, 'kindVersion', ['kind', 'version'], (kind) => {
    stringAt(kind, 'kind', 'kindVersion');
    stringAt(kind, 'version', 'kindVersion');
  });
  part(entry, 'inclusionPromise', ['signedEntryTimestamp'], (promise) =>
    bytes(promise, ['signedEntryTimestamp'], 'inclusionPromise'),
  );
  part(
    entry,
    'inclusionProof',
    ['logIndex', 'rootHash', 'treeSize', 'hashes', 'checkpoint'],
    checkProof,
  );
  bytes(entry, ['canonicalizedBody'], where);
}

function checkProof(proof: JsonObject): void {
  integers(proof, ['logIndex', 'treeSize'], 'inclusionProof');
  bytes(proof, ['rootHash'], 'inclusionProof');
  const hashes = Object.hasOwn(proof, 'hashes') ? listAt(proof, 'hashes', 'inclusionProof') : [];
  if (hashes.length > 64) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_ENTRIES',
      `an inclusion proof of ${hashes.length} hashes; no tree is deeper than 64`,
    );
  }
  for (const hash of hashes) decodeBase64(hash, 'inclusionProof.hashes');
  part(proof, 'checkpoint', ['envelope'], (checkpoint) => {
    stringAt(checkpoint, 'envelope', 'checkpoint');
  });
}

function part(
  parent: JsonObject,
  name: string,
  known: readonly string[],
  check: (value: JsonObject) => void,
): void {
  if (Object.hasOwn(parent, name)) check(objectAt(parent[name], name, known));
}

function bytes(parent: JsonObject, names: readonly string[], where: string): void {
  for (const name of names)
    if (Object.hasOwn(parent, name)) decodeBase64(parent[name], `${where}.${name}`);
}

/** 64-bit integers are texts in protobuf JSON; small ones may be numbers. */
function integers(parent: JsonObject, names: readonly string[], where: string): void {
  for (const name of names) {
    const value = Object.hasOwn(parent, name) ? parent[name] : '0';
    const fits =
      typeof value === 'string'
        ? /^(0|[1-9][0-9]{0,18})$/.test(value)
        : Number.isSafeInteger(value) && Number(value) >= 0;
    if (!fits)
      throw new SignatureBundleError(
        'SIGNATURE_BUNDLE_MEMBER',
        `${where}.${name} must be an integer that is not negative`,
      );
  }
}
