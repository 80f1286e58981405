import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { aTrustPolicy, keyEntry } from '../../test/support/a-trust-policy.ts';
import { PrivateInstance } from '../../test/support/private-instance.ts';
import { heldBy } from '../../test/support/trust-evidence.ts';
import { judgeArchiveTrust } from './judge-archive-trust.ts';
import { rootEnds } from './root-ends.ts';
import type { TrustInputs } from './trust-inputs.ts';

const lab = new PrivateInstance();
type Entry = Record<string, unknown>;

/** The root of the lab, where a log, an authority of certificates and one of timestamps may end. */
function trustWhere(ends: Readonly<Record<string, string>>, inRole = true): TrustInputs {
  const document = lab.rootDocument();
  for (const [list, end] of Object.entries(ends)) {
    const [entry] = document[list] as Entry[];
    const holder = (list.endsWith('logs') ? entry?.['publicKey'] : entry) as Entry;
    holder['validFor'] = { ...(holder['validFor'] as Entry), end };
  }
  const root = lab.rootFile(document);
  const identity = { issuer: 'https://i.example', san: 'https://ci.example', trustedRoot: 'site' };
  return {
    policy: aTrustPolicy({
      trustedRoots: { site: { sha256: root.sha256, file: 'trusted_root.json' } },
      keys: { 'rel-a': keyEntry('rel-a') },
      identities: { site: identity },
      roles: { release: { signers: [inRole ? 'site' : 'rel-a'], threshold: 1 } },
      packages: [{ product: '*', role: 'release' }],
    }),
    roots: new Map([['site', root]]),
    now: Date.parse('2026-11-21T00:00:00Z'),
    warnDays: 30,
  };
}

describe('what stands in a trusted root', () => {
  it.each([
    ['tlogs', 'the log https://log.lab.example'],
    ['ctlogs', 'the certificate log https://log.lab.example'],
    ['certificateAuthorities', 'certificate authority 1'],
    ['timestampAuthorities', 'timestamp authority 1'],
  ])('of %s ends when it is said to', (list, what) => {
    const end = '2026-12-01T00:00:00.000Z';
    expect(rootEnds(trustWhere({ [list]: end }))).toContainEqual({
      what: `${what} of the trusted root 'site'`,
      end,
    });
  });

  it('ends with its certificates at the latest, and logs that have no end do not', () => {
    expect(rootEnds(trustWhere({})).map(({ what, end }) => [what.slice(0, 14), end])).toEqual([
      ['certificate au', '2059-12-31T00:00:00.000Z'],
      ['timestamp auth', '2059-12-31T00:00:00.000Z'],
    ]);
  });

  it('is nothing where nobody in a role depends on it, or nobody can read it', () => {
    expect(rootEnds(trustWhere({}, false))).toEqual([]);
    const trust = trustWhere({});
    const roots = new Map([['site', { ...lab.rootFile(), bytes: Buffer.from('{') }]]);
    expect(rootEnds({ ...trust, roots })).toEqual([]);
  });

  it('is forecast with a verdict', () => {
    const trust = trustWhere({ timestampAuthorities: '2026-12-01T00:00:00Z' });
    const { trust: judged } = judgeArchiveTrust(
      aPackage().facts(),
      { archive: [heldBy('site')], members: new Map() },
      { allowUnsigned: false },
      trust,
    );
    expect(judged?.results.filter(({ topic }) => topic === 'expiry')).toMatchObject([
      {
        code: 'TRUST_ENDS_SOON',
        severity: 'warning',
        message: expect.stringContaining('timestamp authority 1'),
      },
    ]);
  });
});
