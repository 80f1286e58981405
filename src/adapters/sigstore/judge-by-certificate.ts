import type { KeyObject } from 'node:crypto';
import { CertificateError } from '../../attestation/attestation-error.ts';
import { type Certificate, parseCertificate } from '../../attestation/certificate.ts';
import { chainOf, toChainCertificate } from '../../attestation/certificate-chain.ts';
import { isIssuedBy } from '../../attestation/certificate-path.ts';
import { describePublicKey } from '../../attestation/public-key.ts';
import {
  defaultAlgorithm,
  type SignatureAlgorithm,
} from '../../attestation/signature-algorithm.ts';
import type { SignatureBundle } from '../../attestation/signature-bundle.ts';
import {
  identityOf,
  type SignerIdentity,
  wholeTextPattern,
} from '../../attestation/signer-identity.ts';
import type {
  JudgedSignature,
  RefusedSignature,
  TrustedSigner,
} from '../../ports/signature-judge.ts';
import { holdsUnder, type JudgedContent, unusualAlgorithm } from './judged-content.ts';
import { invalid, isRefusal, undecided } from './refusal.ts';

export type IdentitySigner = TrustedSigner & { readonly kind: 'identity' };

/** The certificate of a bundle, read once, and whom it names. */
interface Presented {
  readonly certificate: Certificate;
  readonly identity: SignerIdentity;
}

/**
 * Judges a certificate bundle: who the certificate says it is, its use, digest and signature, and then
 * its chain, its logs and the time by the trusted root of each identity that fits.
 */
export async function judgeByCertificate(
  bundle: SignatureBundle,
  content: JudgedContent,
  signers: readonly IdentitySigner[],
): Promise<JudgedSignature> {
  const presented = present(bundle);
  if (isRefusal(presented)) return presented;
  const { certificate, identity } = presented;
  const fitting: IdentitySigner[] = [];
  for (const signer of signers) {
    const fits = fitsIdentity(identity, signer);
    if (fits === true) fitting.push(signer);
    else if (fits !== false) return fits;
  }
  if (fitting.length === 0) return stranger(identity, signers);
  const algorithm = checkSignature(certificate, content);
  if (typeof algorithm !== 'string') return algorithm;
  let telling: RefusedSignature | undefined;
  for (const signer of fitting) {
    const judged = await judgeUnderRoot(bundle, content, { ...presented, algorithm }, signer);
    if (judged.outcome === 'valid') return judged;
    telling ??= judged;
  }
  return telling ?? stranger(identity, signers);
}

/** The certificate that signed. Its issuers come from the trusted root, never from the bundle. */
function present({ material }: SignatureBundle): Presented | RefusedSignature {
  try {
    if (material.kind === 'certificate') {
      const certificate = parseCertificate(material.certificate);
      return { certificate, identity: identityOf(certificate) };
    }
    const chain = material.kind === 'publicKey' ? [] : material.certificates.map(parseCertificate);
    const [certificate] = chain;
    if (certificate === undefined)
      return invalid('SIGNATURE_MATERIAL_KIND', 'the bundle holds no certificate');
    if (chain.some((each) => isIssuedBy(each, each))) {
      return invalid(
        'SIGNATURE_SELF_SIGNED',
        'the bundle brings a self-signed certificate along; roots come from the trusted root alone',
      );
    }
    return { certificate, identity: identityOf(certificate) };
  } catch (error) {
    if (error instanceof CertificateError) return invalid(error.code, error.message);
    throw error;
  }
}

function fitsIdentity(
  { issuer, san }: SignerIdentity,
  signer: IdentitySigner,
): boolean | RefusedSignature {
  if (signer.san.kind === 'exact') return issuer === signer.issuer && san === signer.san.text;
  const pattern = wholeTextPattern(signer.san.text);
  if (pattern === undefined) {
    return undecided(
      'SIGNATURE_SAN_PATTERN',
      `the pattern of the identity '${signer.name}' is no regular expression: ${signer.san.text}`,
    );
  }
  return issuer === signer.issuer && pattern.test(san);
}

/** The algorithm, which follows from the key of the certificate, where the signature holds. */
function checkSignature(
  { publicKey }: Certificate,
  content: JudgedContent,
): SignatureAlgorithm | RefusedSignature {
  const facts = describePublicKey(publicKey);
  const algorithm = defaultAlgorithm(facts);
  if (algorithm === undefined) {
    const { kind, bits } = facts;
    const size = bits === undefined ? '' : ` with ${bits} bits`;
    return invalid('SIGNATURE_KEY_ALGORITHM', `the certificate holds a ${kind} key${size}`);
  }
  const holds = holdsUnder({ publicKey, algorithm }, content, { pinned: false });
  if (holds === true) return algorithm;
  if (holds !== false) return holds;
  return invalid(
    'SIGNATURE_MISMATCH',
    'the signature was not made over these bytes with the key of the certificate',
  );
}

async function judgeUnderRoot(
  bundle: SignatureBundle,
  content: JudgedContent,
  { certificate, identity, algorithm }: Presented & { readonly algorithm: SignatureAlgorithm },
  signer: IdentitySigner,
): Promise<JudgedSignature> {
  // Certificates are rare: what judges them is loaded for them only.
  const { openRoot } = await import('./open-root.ts');
  const { judgeEvidence, utc } = await import('./judge-evidence.ts');
  const { askLibrary } = await import('./library-verifier.ts');
  const root = openRoot(signer.root);
  if (isRefusal(root)) return root;
  const evidence = {
    content,
    by: { kind: 'certificate', der: certificate.der },
    timestamps: bundle.timestamps,
    logEntries: bundle.logEntries,
    signatureHolds: (key: KeyObject) => key.equals(certificate.publicKey),
  } as const;
  const times = judgeEvidence({ ...evidence, root, demand: signer, validity: certificate });
  if (isRefusal(times)) return times;
  const { notBefore, notAfter } = certificate;
  // The library does not say which chain held: each is asked about by itself.
  const chain = chainOf(certificate, root.certificateAuthorities, (authority) => {
    const alone = { ...root, certificateAuthorities: [authority] };
    return askLibrary({ ...evidence, root: alone, scts: signer.scts }) === undefined;
  });
  return {
    outcome: 'valid',
    signer: signer.name,
    party: `identity:${identity.issuer} ${identity.san}`,
    stampedTimes: [...new Set(times.map(({ time }) => utc(time)))],
    stampedBy: times.map(({ time, ...by }) => ({ ...by, time: utc(time) })),
    certificate: {
      ...identity,
      notBefore: utc(notBefore),
      notAfter: utc(notAfter),
      ...(chain === undefined ? {} : { chain: chain.map((each) => toChainCertificate(each, utc)) }),
    },
    warnings: [],
    ...unusualAlgorithm(algorithm),
    ...(content.statement === undefined ? {} : { statement: content.statement }),
  };
}

function stranger(
  { issuer, san }: SignerIdentity,
  signers: readonly IdentitySigner[],
): RefusedSignature {
  const wanted = signers.map(({ issuer: by, san: name }) => `'${name.text}' by ${by}`).join(', ');
  return invalid(
    'SIGNATURE_IDENTITY',
    `the certificate names '${san}' by ${issuer}; trusted is ${wanted}`,
  );
}
