import type { KeyKind, PublicKeyFacts } from './public-key.ts';

/**
 * How a signature is made. Policy names it, or it follows from the trusted key; never from the bundle.
 * Archives travel with SHA-256: the other digests are for those who pin them.
 */
export type SignatureAlgorithm =
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha256'
  | 'ecdsa-p384-sha384'
  | 'ecdsa-p521-sha256'
  | 'ecdsa-p521-sha512'
  | 'rsa-pkcs1-sha256'
  | 'ed25519';

export interface AlgorithmFacts {
  readonly kind: KeyKind;
  /** Hash of the message as node:crypto names it; `undefined` where the whole message is signed. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
  /** The digest that a signature bundle declares for it. */
  readonly digest: 'SHA2_256' | 'SHA2_384' | 'SHA2_512';
  /** What cosign, Zarf and UDS make of such a signature; `undefined` where they verify and make it. */
  readonly elsewhere?: string;
}

const rarely = (kind: string): string =>
  `a ${kind} key with SHA-256: cosign, Zarf and UDS verify this signature, but refuse what they sign themselves with such a key`;
const refusedElsewhere = (kind: string, hash: string): string =>
  `a ${kind} key with ${hash}: cosign, Zarf and UDS verify with SHA-256 only and refuse this signature`;

const algorithms: Readonly<Record<SignatureAlgorithm, AlgorithmFacts>> = {
  'ecdsa-p256-sha256': { kind: 'ecdsa-p256', hash: 'sha256', digest: 'SHA2_256' },
  'rsa-pkcs1-sha256': { kind: 'rsa', hash: 'sha256', digest: 'SHA2_256' },
  'ecdsa-p384-sha256': {
    kind: 'ecdsa-p384',
    hash: 'sha256',
    digest: 'SHA2_256',
    elsewhere: rarely('P-384'),
  },
  'ecdsa-p384-sha384': {
    kind: 'ecdsa-p384',
    hash: 'sha384',
    digest: 'SHA2_384',
    elsewhere: refusedElsewhere('P-384', 'SHA-384'),
  },
  'ecdsa-p521-sha256': {
    kind: 'ecdsa-p521',
    hash: 'sha256',
    digest: 'SHA2_256',
    elsewhere: rarely('P-521'),
  },
  'ecdsa-p521-sha512': {
    kind: 'ecdsa-p521',
    hash: 'sha512',
    digest: 'SHA2_512',
    elsewhere: refusedElsewhere('P-521', 'SHA-512'),
  },
  ed25519: {
    kind: 'ed25519',
    hash: undefined,
    digest: 'SHA2_256',
    elsewhere:
      'an Ed25519 key: cosign, Zarf and UDS refuse what they sign themselves with such a key',
  },
};

const defaults: Readonly<Record<Exclude<KeyKind, 'other'>, SignatureAlgorithm>> = {
  'ecdsa-p256': 'ecdsa-p256-sha256',
  'ecdsa-p384': 'ecdsa-p384-sha256',
  'ecdsa-p521': 'ecdsa-p521-sha256',
  rsa: 'rsa-pkcs1-sha256',
  ed25519: 'ed25519',
};

/** What an algorithm means. */
export function factsOfAlgorithm(algorithm: SignatureAlgorithm): AlgorithmFacts {
  return algorithms[algorithm];
}

/** The algorithm of a key for which policy names none; `undefined` for keys that are not verified. */
export function defaultAlgorithm({
  kind,
  bits = 0,
}: Pick<PublicKeyFacts, 'kind' | 'bits'>): SignatureAlgorithm | undefined {
  return kind === 'other' || (kind === 'rsa' && bits < 2048) ? undefined : defaults[kind];
}
