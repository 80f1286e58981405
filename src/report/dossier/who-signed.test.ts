import { describe, expect, it } from 'vitest';
import { aDigest, aDossier } from '../../../test/support/a-dossier.ts';
import type { ReportedLevel } from '../verify-report.ts';
import type { Dossier } from './dossier.ts';
import { renderDossierHtml } from './html/render-dossier-html.ts';
import { renderDossierMarkdown } from './render-dossier-markdown.ts';
import { whoSigned } from './who-signed.ts';

const fingerprint = 'ab'.repeat(32);
const byKey = {
  signer: 'rel-a',
  party: `key:${fingerprint}`,
  role: 'release',
  location: 'a.sig',
  stampedTimes: ['2026-02-02T00:00:00Z'],
  validity: { notBefore: '2026-01-01T00:00:00Z', revokedAt: '2026-09-01T00:00:00Z' },
};
const certificate = {
  issuer: 'https://login.example.com',
  san: 'anna@example.com',
  notBefore: '2026-03-01T00:00:00Z',
  notAfter: '2026-03-01T00:10:00Z',
};
const byIdentity = {
  ...{ signer: 'anna', party: 'identity:https://login.example.com anna@example.com' },
  ...{ role: 'release', location: 'b.sig', stampedTimes: [], certificate },
};
const level = (name: string, signers: ReportedLevel['signers']): ReportedLevel => ({
  ...{ kind: 'package', name, state: 'accepted', reason: '', signers },
});
const earlier = { ...byKey, stampedTimes: ['2026-01-02T00:00:00Z'] };
const levels = [level('demo', [byKey, byIdentity]), level('web', [earlier])];

function trusting(key?: Dossier['trust']['key']): Dossier {
  const dossier = aDossier();
  const archives = dossier.trust.archives.map((each) => ({ ...each, levels }));
  const { key: _, ...trust } = dossier.trust;
  return { ...dossier, trust: { ...trust, archives, ...(key === undefined ? {} : { key }) } };
}

describe('who signed', () => {
  it('is told once, with what was signed, what says so and when it counts', () => {
    expect(whoSigned(trusting().trust)).toEqual([
      {
        name: 'rel-a',
        role: 'release',
        knownBy: `public key, SHA-256 ${fingerprint}`,
        counts: 'from 2026-01-01T00:00:00Z, revoked at 2026-09-01T00:00:00Z',
        stampedTimes: ['2026-01-02T00:00:00Z', '2026-02-02T00:00:00Z'],
        signed: ['package demo', 'package web'],
      },
      {
        name: 'anna',
        role: 'release',
        knownBy: expect.stringMatching(
          /anna@example.com.*login.example.com.*2026-03-01T00:00:00Z to 2026-03-01T00:10:00Z/,
        ),
        counts: 'the trust policy sets no dates',
        stampedTimes: [],
        signed: ['package demo'],
      },
    ]);
  });

  it('is a key without name, role and dates where a key alone was given', () => {
    const [first] = whoSigned(trusting({ origin: 'k.pub', fingerprint }).trust);
    expect(first).toMatchObject({ name: 'key k.pub', counts: 'a key alone has no dates' });
    expect(first).not.toHaveProperty('role');
  });

  it('stands in the page, in its Markdown, and nowhere where nobody did', () => {
    const dossier = trusting();
    const html = renderDossierHtml(dossier, { digest: aDigest('x'), signed: true });
    const markdown = renderDossierMarkdown(dossier, aDigest('x'));
    for (const text of [html.replace(/<script.*?<\/script>/gs, ''), markdown])
      for (const fact of ['Who signed', fingerprint, 'anna@example.com', 'revoked at 2026-09-01'])
        expect(text).toContain(fact);
    const nobody = renderDossierHtml(aDossier(), { digest: aDigest('x'), signed: true });
    expect(nobody).not.toContain('Who signed');
  });
});
