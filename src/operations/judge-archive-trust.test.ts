import { expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { aTrustPolicy } from '../../test/support/a-trust-policy.ts';
import { heldBy } from '../../test/support/trust-evidence.ts';
import type { Release } from '../attestation/release-statement.ts';
import { judgeArchiveTrust } from './judge-archive-trust.ts';
import type { VerifiedRelease } from './signature-request.ts';

const issuer = 'https://issuer.example';
const party = `identity:${issuer} https://ci.example/a`;
const another = `identity:${issuer} https://ci.example/b`;
const stampedTimes = ['2026-11-20T00:00:00.000Z'];
const entry = { issuer, trustedRoot: 'site', tlogs: 0, scts: 0 };
const predicateType = 'https://slsa.dev/provenance/v1';
const policy = aTrustPolicy({
  trustedRoots: { site: { sha256: '0'.repeat(64), file: 'trusted_root.json' } },
  identities: {
    exact: { ...entry, san: 'https://ci.example/a' },
    wide: { ...entry, sanPattern: 'https://ci\\.example/.*' },
  },
  roles: {
    release: { signers: ['exact'], threshold: 1 },
    builder: { kind: 'builder', signers: ['wide'], threshold: 1 },
  },
  packages: [{ product: '*', role: 'release', attestations: [{ predicateType, role: 'builder' }] }],
});
const facts = aPackage().facts();
const root = facts.packages[0]?.files.get('zarf.yaml')?.digest ?? 'sha256:';
const payload = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'zarf.yaml', digest: { sha256: root.slice(7) } }],
    predicateType,
    predicate: {},
  }),
);
const released = heldBy('exact', { party, stampedTimes });
const release: VerifiedRelease = {
  location: 'release.intoto.jsonl',
  fingerprint: 'f',
  // Only the files and the number are looked at here.
  release: {
    counter: 1,
    files: [
      {
        name: facts.identity.fileName,
        size: 1,
        digest: root,
        root: { kind: 'package', digest: root },
      },
    ],
  } as unknown as Release,
  by: [{ signer: 'exact', party, stampedTimes, location: 'release.intoto.jsonl', role: 'release' }],
};

it.each([
  ['the archive itself', [released], undefined],
  ['the release that lists it', [], release],
] as const)(
  'who signed %s does not vouch for its making by another name',
  (_what, archive, listed) => {
    const attested = (by: string) =>
      judgeArchiveTrust(
        facts,
        { archive, members: new Map() },
        {
          allowUnsigned: false,
          attestations: [{ ...heldBy('wide', { party: by, stampedTimes }), payload }],
          ...(listed === undefined ? {} : { release: listed }),
        },
        { policy, roots: new Map(), now: Date.parse('2026-11-21T00:00:00Z'), warnDays: 30 },
      ).trust?.results.find(({ topic }) => topic === 'attestations');
    expect(attested(another)).toMatchObject({ outcome: 'pass' });
    expect(attested(party)).toMatchObject({ outcome: 'fail', code: 'TRUST_ATTESTATION_REFUSED' });
  },
);
