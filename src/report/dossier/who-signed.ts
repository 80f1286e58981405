import type { ChainCertificate, StampedBy } from '../../attestation/certificate-chain.ts';
import type { ReportedLevel } from '../verify-report.ts';
import type { Dossier } from './dossier.ts';

type ReportedSigner = ReportedLevel['signers'][number];

/** Somebody whose signatures counted. */
export interface WhoSigned {
  /** With a key alone nobody has a name: it is called as it was given. */
  readonly name: string;
  /** Undefined: nobody asked for roles. */
  readonly role?: string;
  /** What says that a signature is of this signer. */
  readonly knownBy: string;
  /** When signatures of this signer count, in words. */
  readonly counts: string;
  /** Times that others vouch for, UTC, ISO 8601, sorted. */
  readonly stampedTimes: readonly string[];
  /** Bundles, packages and images. */
  readonly signed: readonly string[];
  /** Undefined: a key alone signed. */
  readonly certificate?: SignedWithCertificate;
}

/** What was verified of a certificate that signed. */
export interface SignedWithCertificate {
  /** From the one that signed to the root; empty: which of several chains held cannot be told. */
  readonly chain: readonly ChainRow[];
  /** In words, whether it was valid when it signed, and who proves that time. */
  readonly whenSigned: string;
  /** In words, where the chain comes from, or why there is none. */
  readonly source: string;
}

/** A certificate of a chain, in words. */
export interface ChainRow extends ChainCertificate {
  readonly place: 'signed' | 'intermediate' | 'root';
}

/** Everybody whose signature counted, once for each role and certificate. */
export function whoSigned({ archives, key }: Dossier['trust']): readonly WhoSigned[] {
  const groups = new Map<string, { signer: ReportedSigner; all: [ReportedSigner, string][] }>();
  for (const { kind, name, signers } of archives.flatMap(({ levels }) => levels))
    for (const signer of signers) {
      const id = JSON.stringify([signer.party, signer.role, signer.certificate ?? null]);
      const group = groups.get(id) ?? { signer, all: [] };
      group.all.push([signer, `${kind} ${name}`]);
      groups.set(id, group);
    }
  return [...groups.values()].map(({ signer, all }) => {
    const { party, role, certificate, validity } = signer;
    const fingerprint = party.startsWith('key:') ? party.slice('key:'.length) : undefined;
    const isOnlyKey = key !== undefined && fingerprint !== undefined;
    return {
      name: isOnlyKey ? `key ${key.origin}` : signer.signer,
      ...(isOnlyKey ? {} : { role }),
      knownBy: knownBy(certificate, fingerprint, party),
      counts: countsWhen(validity, key !== undefined),
      stampedTimes: [...new Set(all.flatMap(([each]) => each.stampedTimes))].sort(),
      signed: [...new Set(all.map(([, what]) => what))],
      ...(certificate === undefined
        ? {}
        : {
            certificate: signedWith(
              certificate,
              all.flatMap(([each]) => each.stampedBy ?? []),
            ),
          }),
    };
  });
}

function knownBy(
  certificate: ReportedSigner['certificate'],
  fingerprint: string | undefined,
  party: string,
): string {
  if (certificate === undefined)
    return fingerprint === undefined ? party : `public key, SHA-256 ${fingerprint}`;
  const { san, issuer, notBefore, notAfter } = certificate;
  return `certificate of ${san}, vouched for by ${issuer}, valid from ${notBefore} to ${notAfter}; its chain ends at a root that is trusted here`;
}

function signedWith(
  { san, chain = [] }: NonNullable<ReportedSigner['certificate']>,
  stampedBy: readonly StampedBy[],
): SignedWithCertificate {
  return {
    chain: chain.map((each, index) => ({
      ...each,
      place: placeOf(index, chain),
      subject: index === 0 ? [each.subject, san].filter(Boolean).join(', for ') : each.subject,
    })),
    whenSigned: whenSigned(stampedBy),
    source:
      chain.length === 0
        ? 'It was issued under a root that is trusted here. By which certificates in between cannot be told: not one chain of the trusted root alone explains it.'
        : 'All but the first come from the trusted root that the trust policy pins, none from the signature.',
  };
}

function placeOf(index: number, chain: readonly ChainCertificate[]): ChainRow['place'] {
  if (index === 0) return 'signed';
  return index === chain.length - 1 ? 'root' : 'intermediate';
}

/** A time outside the validity is refused by whoever judges, and so is a certificate without any. */
function whenSigned(stampedBy: readonly StampedBy[]): string {
  if (stampedBy.length === 0)
    return 'Nothing proves when it signed, and so nothing says that it was valid then.';
  const groups = Map.groupBy(stampedBy, ({ kind, name }) => `the ${kindWords[kind]} ${name}`);
  const words = [...groups].map(([who, all]) => {
    const times = [...new Set(all.map(({ time }) => time))].sort();
    const [first] = times;
    const last = times.at(-1);
    return first === last
      ? `at ${first}, proven by ${who}`
      : `at ${times.length} times from ${first} to ${last}, proven by ${who}`;
  });
  return `It was valid when it signed: ${words.join('; ')}.`;
}

const kindWords = {
  'timestamp-authority': 'timestamp authority',
  'transparency-log': 'transparency log',
} as const;

function countsWhen(validity: ReportedSigner['validity'], isOnlyKey: boolean): string {
  if (isOnlyKey) return 'a key alone has no dates';
  const { notBefore, notAfter, revokedAt } = validity ?? {};
  const words = [
    ...(notBefore === undefined ? [] : [`from ${notBefore}`]),
    ...(notAfter === undefined ? [] : [`until ${notAfter}`]),
    ...(revokedAt === undefined ? [] : [`revoked at ${revokedAt}`]),
  ];
  return words.length === 0 ? 'the trust policy sets no dates' : words.join(', ');
}
