import { SignatureBundleError } from './attestation-error.ts';
import { decodeBase64, type JsonObject, listAt, objectAt, stringAt } from './strict-members.ts';

/** One entry of a transparency log, as a bundle carries it. Nothing of it is verified. */
export interface LogEntry {
  /** Decimal. */
  readonly logIndex: string;
  readonly keyId?: Uint8Array;
  readonly kind?: string;
  readonly version?: string;
  /** Decimal seconds since 1970; `0` when absent. */
  readonly integratedTime: string;
  /** Signature of the log over time, index and body: its promise to include the entry. */
  readonly signedEntryTimestamp?: Uint8Array;
  readonly proof?: InclusionProof;
  /** What the log holds: JSON that names digest, signature and key. */
  readonly body?: Uint8Array;
}

export interface InclusionProof {
  readonly logIndex: string;
  readonly treeSize: string;
  readonly rootHash?: Uint8Array;
  readonly hashes: readonly Uint8Array[];
  /** Signed note of the log about its tree. */
  readonly checkpoint?: string;
}

/**
 * Reads one transparency log entry: known members of the right types. Proofs are not looked at.
 * @throws SignatureBundleError SIGNATURE_BUNDLE_*
 * @see sigstore protobuf-specs, sigstore_rekor.proto
 */
export function parseLogEntry(value: unknown): LogEntry {
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
  const logId = part(entry, 'logId', ['keyId']);
  const kindVersion = part(entry, 'kindVersion', ['kind', 'version']);
  const promise = part(entry, 'inclusionPromise', ['signedEntryTimestamp']);
  const proof = part(entry, 'inclusionProof', [
    'logIndex',
    'rootHash',
    'treeSize',
    'hashes',
    'checkpoint',
  ]);
  return {
    logIndex: integer(entry, 'logIndex', where),
    integratedTime: integer(entry, 'integratedTime', where),
    ...bytes('keyId', logId, 'keyId', 'logId'),
    ...(kindVersion === undefined
      ? {}
      : {
          kind: stringAt(kindVersion, 'kind', 'kindVersion'),
          version: stringAt(kindVersion, 'version', 'kindVersion'),
        }),
    ...bytes('signedEntryTimestamp', promise, 'signedEntryTimestamp', 'inclusionPromise'),
    ...(proof === undefined ? {} : { proof: parseProof(proof) }),
    ...bytes('body', entry, 'canonicalizedBody', where),
  };
}

function parseProof(proof: JsonObject): InclusionProof {
  const hashes = Object.hasOwn(proof, 'hashes') ? listAt(proof, 'hashes', 'inclusionProof') : [];
  if (hashes.length > 64) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_ENTRIES',
      `an inclusion proof of ${hashes.length} hashes; no tree is deeper than 64`,
    );
  }
  const checkpoint = part(proof, 'checkpoint', ['envelope']);
  return {
    logIndex: integer(proof, 'logIndex', 'inclusionProof'),
    treeSize: integer(proof, 'treeSize', 'inclusionProof'),
    ...bytes('rootHash', proof, 'rootHash', 'inclusionProof'),
    hashes: hashes.map((hash) => decodeBase64(hash, 'inclusionProof.hashes')),
    ...(checkpoint === undefined
      ? {}
      : { checkpoint: stringAt(checkpoint, 'envelope', 'checkpoint') }),
  };
}

function part(parent: JsonObject, name: string, known: readonly string[]): JsonObject | undefined {
  return Object.hasOwn(parent, name) ? objectAt(parent[name], name, known) : undefined;
}

function bytes<Name extends string>(
  as: Name,
  parent: JsonObject | undefined,
  name: string,
  where: string,
): { readonly [name in Name]?: Uint8Array } {
  const found: { [name in Name]?: Uint8Array } = {};
  if (parent !== undefined && Object.hasOwn(parent, name))
    found[as] = decodeBase64(parent[name], `${where}.${name}`);
  return found;
}

/** 64-bit integers are texts in protobuf JSON; small ones may be numbers. */
function integer(parent: JsonObject, name: string, where: string): string {
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
  return String(value);
}
