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
