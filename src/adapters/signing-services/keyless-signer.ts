import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { SignerFailure } from '../../attestation/attestation-error.ts';
import type { Certificate } from '../../attestation/certificate.ts';
import type {
  SignatureEvidence,
  Signer,
  SigningMaterial,
  StreamSignature,
  WitnessedContent,
} from '../../ports/signer.ts';
import type { TimestampAuthority } from '../../ports/timestamp-authority.ts';
import type { Run } from '../../support/run.ts';
import type { ServicePatience } from './ask-service.ts';
import { askCertificate, type EphemeralKey } from './certificate-authority.ts';
import { readIdentityToken, type TokenSources } from './identity-token.ts';
import { SigningServiceError } from './service-error.ts';
import { enterIntoLog } from './transparency-log.ts';

/** Where a keyless signature comes from. */
export interface KeylessServices {
  /** Base address of the certificate authority. */
  readonly certificates: URL;
  /** Base address of the log; without it nothing is entered anywhere. */
  readonly log?: URL;
  readonly timestamps?: TimestampAuthority;
  readonly token: Omit<TokenSources, 'patience'>;
  readonly patience: ServicePatience;
  /** Signs with a key in memory, and verifies what it made. */
  readonly signWith: (key: EphemeralKey['privateKey']) => Signer;
}

/** A certificate that ends while log and timestamp authority are asked would make a signature nobody accepts. */
const leastLeftMs = 60_000;

/**
 * A signer without a key of its own: a key is made for this run, and a certificate authority ties it to the
 * identity of a token. The certificate is renewed, by a token as it is then, when it is about to end.
 * @throws IdentityTokenError, SigningServiceError
 */
export async function openKeylessSigner(services: KeylessServices, run: Run): Promise<Signer> {
  const pair: EphemeralKey = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const certificates = new Certificates(services, pair);
  const first = await certificates.current(run);
  return new KeylessSigner(services, certificates, pair, identityIn(first));
}

type Identity = { readonly issuer: string; readonly san: string };

class KeylessSigner implements Signer {
  readonly material: SigningMaterial;
  readonly #services: KeylessServices;
  readonly #certificates: Certificates;
  readonly #inner: Signer;

  constructor(
    services: KeylessServices,
    certificates: Certificates,
    pair: EphemeralKey,
    identity: Identity,
  ) {
    this.#services = services;
    this.#certificates = certificates;
    this.#inner = services.signWith(pair.privateKey);
    const { spki, algorithm } = this.#inner.material;
    this.material = { kind: 'certificate', spki, algorithm, ...identity };
  }

  sign(message: Uint8Array, run: Run): Promise<Uint8Array> {
    return this.#inner.sign(message, run);
  }

  async signStream(
    message: AsyncIterable<Uint8Array>,
    run: Run,
    knownDigest?: Uint8Array,
  ): Promise<StreamSignature> {
    if (this.#inner.signStream === undefined)
      throw new SignerFailure('SIGN_SELF_CHECK', 'the key of this run signs no streams');
    return this.#inner.signStream(message, run, knownDigest);
  }

  async evidenceFor(
    signed: WitnessedContent,
    signature: Uint8Array,
    run: Run,
  ): Promise<SignatureEvidence> {
    const { log, timestamps, patience } = this.#services;
    const { der: certificate } = await this.#certificates.current(run);
    const logEntry =
      log === undefined
        ? undefined
        : await enterIntoLog(log, { signed, signature, certificate }, patience, run);
    const stamp = await timestamps?.stamp(signature, run);
    return {
      certificate,
      timestamps: stamp === undefined ? [] : [stamp],
      ...(logEntry === undefined ? {} : { logEntry }),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#inner[Symbol.asyncDispose]());
  }
}

/** The certificate in use; all who ask at once share one renewal. */
class Certificates {
  readonly #services: KeylessServices;
  readonly #pair: EphemeralKey;
  #present: Certificate | undefined;
  #coming: Promise<Certificate> | undefined;

  constructor(services: KeylessServices, pair: EphemeralKey) {
    this.#services = services;
    this.#pair = pair;
  }

  async current(run: Run): Promise<Certificate> {
    const present = this.#present;
    const soon = this.#services.token.now().getTime() + leastLeftMs;
    if (present !== undefined && present.notAfter.getTime() > soon) return present;
    this.#coming ??= this.#renew(run).finally(() => {
      this.#coming = undefined;
    });
    return this.#coming;
  }

  async #renew(run: Run): Promise<Certificate> {
    const { certificates, token, patience } = this.#services;
    const found = await readIdentityToken({ ...token, patience }, run);
    const next = await askCertificate(certificates, found, this.#pair, patience, run);
    const before = this.#present === undefined ? undefined : identityIn(this.#present);
    const now = identityIn(next);
    if (before !== undefined && (before.issuer !== now.issuer || before.san !== now.san)) {
      throw new SigningServiceError(
        'SERVICE_IDENTITY_CHANGED',
        `the next certificate names ${now.san} of ${now.issuer}, the one before ${before.san} of ${before.issuer}`,
        { suggestions: ['Let one identity sign all of a release'] },
      );
    }
    this.#present = next;
    return next;
  }
}

function identityIn({ subjectAltNames, oidcIssuer }: Certificate): Identity {
  const [name, ...more] = subjectAltNames;
  if (name === undefined || more.length > 0 || name.kind === 'other' || oidcIssuer === undefined) {
    throw new SigningServiceError(
      'SERVICE_CERTIFICATE',
      'the certificate does not name one subject and its issuer; it was not used',
      { suggestions: ['Check that the certificate authority is a Fulcio'] },
    );
  }
  return { issuer: oidcIssuer, san: name.text };
}
