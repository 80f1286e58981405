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

const chain = ['', 'CN=<b>between', 'CN=root'].map((subject, index, all) => ({
  subject,
  issuer: all[index + 1] ?? subject,
  serialNumber: `0${'abc'[index]}`,
  sha256: `c${index}`.repeat(32),
  notBefore: certificate.notBefore,
  notAfter: certificate.notAfter,
}));

/** Signed twice with one certificate, whose chain is known. */
function chained(): Dossier {
  const stamped = (minute: string) => ({
    ...({ kind: 'timestamp-authority', name: 'CN=stamper' } as const),
    time: `2026-03-01T00:${minute}:00Z`,
  });
  const log = { kind: 'transparency-log', name: 'https://log.example.com' } as const;
  const by = { ...byIdentity, certificate: { ...certificate, chain } };
  return trusting(undefined, [
    level('demo', [{ ...by, stampedBy: [stamped('06')] }]),
    level('web', [{ ...by, stampedBy: [stamped('05'), { ...log, time: stamped('05').time }] }]),
  ]);
}

function trusting(key?: Dossier['trust']['key'], believed = levels): Dossier {
  const dossier = aDossier();
  const archives = dossier.trust.archives.map((each) => ({ ...each, levels: believed }));
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
        certificate: {
          chain: [],
          whenSigned: 'Nothing proves when it signed, and so nothing says that it was valid then.',
          source: expect.stringContaining('cannot be told'),
        },
      },
    ]);
  });

  it('tells each certificate of the chain, and who proves that the first was valid then', () => {
    const [signed] = whoSigned(chained().trust);
    expect(signed?.certificate).toEqual({
      chain: [
        { ...chain[0], place: 'signed', subject: 'anna@example.com' },
        { ...chain[1], place: 'intermediate' },
        { ...chain[2], place: 'root' },
      ],
      whenSigned:
        'It was valid when it signed: at 2 times from 2026-03-01T00:05:00Z to 2026-03-01T00:06:00Z, proven by the timestamp authority CN=stamper; at 2026-03-01T00:05:00Z, proven by the transparency log https://log.example.com.',
      source: expect.stringContaining('come from the trusted root'),
    });
    expect(whoSigned(chained().trust)).toHaveLength(1);
  });

  it('shows the chain in the page and in its Markdown, markup in names as text', () => {
    const html = renderDossierHtml(chained(), { digest: aDigest('x'), signed: true });
    const markdown = renderDossierMarkdown(chained(), aDigest('x'));
    for (const text of [html.replace(/<script.*?<\/script>/gs, ''), markdown])
      for (const fact of ['c0'.repeat(32), 'c2'.repeat(32), '0b', 'CN=root', 'CN=stamper'])
        expect(text).toContain(fact);
    expect(html).toContain('CN=&#60;b&#62;between');
    expect(html).not.toContain('CN=<b>');
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
