import { createPublicKey, type KeyObject } from 'node:crypto';
import { describePublicKey } from '../../attestation/public-key.ts';
import {
  defaultAlgorithm,
  factsOfAlgorithm,
  type SignatureAlgorithm,
} from '../../attestation/signature-algorithm.ts';
import type { SignatureBundle } from '../../attestation/signature-bundle.ts';
import type {
  JudgedSignature,
  RefusedSignature,
  TrustedSigner,
} from '../../ports/signature-judge.ts';
import { holdsUnder, type JudgedContent, unusualAlgorithm } from './judged-content.ts';
import { invalid, isRefusal, undecided } from './refusal.ts';

export type KeySigner = TrustedSigner & { readonly kind: 'key' };

interface OpenedKey {
  readonly publicKey: KeyObject;
  readonly algorithm: SignatureAlgorithm;
}

/** The evidence beside a signature by key; a detached signature has none. */
export type BesideKey = Pick<SignatureBundle, 'timestamps' | 'logEntries'>;

/**
 * Judges a signature by one trusted key: algorithm and digest first, then the signature, and then
 * timestamps and log entries by the trusted root that policy gives the key, if it gives one.
 */
export async function judgeByKey(
  content: JudgedContent,
  beside: BesideKey,
  signer: KeySigner,
): Promise<JudgedSignature> {
  const opened = openKey(signer);
  if (isRefusal(opened)) return opened;
  const holds = holdsUnder(opened, content, { pinned: signer.algorithm !== undefined });
  if (holds !== true) return holds === false ? mismatch([signer]) : holds;
  const stamped = await judgeBeside(content, beside, signer, opened.publicKey);
  if (isRefusal(stamped)) return stamped;
  return {
    outcome: 'valid',
    signer: signer.name,
    party: `key:${signer.key.fingerprint}`,
    stampedTimes: stamped.times,
    warnings: stamped.notes,
    ...unusualAlgorithm(opened.algorithm),
    ...(content.statement === undefined ? {} : { statement: content.statement }),
  };
}

/** No key that is trusted made the signature. */
export function mismatch(signers: readonly KeySigner[]): RefusedSignature {
  const keys = signers.map(({ key }) => `${key.origin} (${key.fingerprint})`).join(', ');
  const which = signers.length === 1 ? `the key of ${keys}` : `any of the keys of ${keys}`;
  return invalid('SIGNATURE_MISMATCH', `the signature was not made over these bytes with ${which}`);
}

async function judgeBeside(
  content: JudgedContent,
  { timestamps, logEntries }: BesideKey,
  { timestampRoot, timestamps: wanted = 0, tlogs = 0, key }: KeySigner,
  publicKey: KeyObject,
): Promise<
  { readonly times: readonly string[]; readonly notes: readonly string[] } | RefusedSignature
> {
  if (timestampRoot === undefined) {
    if (wanted > 0 || tlogs > 0) {
      return undecided(
        'SIGNATURE_ROOT_MISSING',
        `timestamps or log entries are demanded of the key of ${key.origin}, and no trusted root says whose`,
      );
    }
    return { times: [], notes: [...stampNote(timestamps.length), ...logNote(logEntries.length)] };
  }
  const { openRoot } = await import('./open-root.ts');
  const root = openRoot(timestampRoot);
  if (isRefusal(root)) return root;
  // A root for timestamps alone says nothing of logs, unless a log is demanded.
  const judgesLogs = root.transparencyLogs.length > 0 || tlogs > 0;
  const { judgeEvidence, utc } = await import('./judge-evidence.ts');
  const times = judgeEvidence({
    root,
    content,
    by: { kind: 'key', publicKey },
    timestamps,
    logEntries: judgesLogs ? logEntries : [],
    demand: { timestamps: wanted, tlogs, scts: 0 },
    signatureHolds: (tried) => tried.equals(publicKey),
  });
  if (isRefusal(times)) return times;
  return {
    times: [...new Set(times.map(({ time }) => utc(time)))],
    notes: judgesLogs ? [] : logNote(logEntries.length),
  };
}

function stampNote(count: number): readonly string[] {
  return count === 0
    ? []
    : [
        'the bundle carries a timestamp, which was not judged; Zarf and UDS look for its authority on the network',
      ];
}

function logNote(count: number): readonly string[] {
  return count === 0 ? [] : ['the bundle carries a transparency log entry, which was not judged'];
}

function openKey({ key, algorithm: pinned }: KeySigner): OpenedKey | RefusedSignature {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: key.pem, format: 'pem' });
  } catch {
    return invalid('SIGNATURE_KEY_UNREADABLE', `the trusted key of ${key.origin} cannot be read`);
  }
  const facts = describePublicKey(publicKey);
  const { kind, bits, fingerprint } = facts;
  if (fingerprint !== key.fingerprint) {
    return invalid(
      'SIGNATURE_KEY_FINGERPRINT',
      `the trusted key of ${key.origin} has the fingerprint ${fingerprint}, not ${key.fingerprint}`,
    );
  }
  const usual = defaultAlgorithm(facts);
  if (usual === undefined) {
    const size = bits === undefined ? '' : ` with ${bits} bits`;
    return invalid(
      'SIGNATURE_KEY_ALGORITHM',
      `signatures of a ${kind} key${size} are not verified by cosign, Zarf and UDS, and not here`,
    );
  }
  const algorithm = pinned ?? usual;
  if (factsOfAlgorithm(algorithm).kind !== kind) {
    return invalid(
      'SIGNATURE_KEY_ALGORITHM',
      `the trust policy pins ${algorithm} for the key of ${key.origin}, which is of the kind ${kind}`,
    );
  }
  return { publicKey, algorithm };
}
