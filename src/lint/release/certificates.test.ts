import { describe, expect, it } from 'vitest';
import { aCertificate, aPem } from '../../../test/support/a-certificate.ts';
import { aDeployedPackage, aloneRelease, saidBy } from '../../../test/support/a-deployment.ts';
import { certificates } from './certificates.ts';

const installOn = new Date('2026-11-21');

function said(
  text: string,
  more: { day?: Date | undefined; path?: string } = {},
): readonly string[] {
  const { day = installOn, path = 'app/values.yaml' } = more;
  const facts = { ...aDeployedPackage(''), texts: new Map([[path, text]]) };
  const release = aloneRelease(facts);
  return saidBy(
    certificates,
    'day' in more && more.day === undefined ? release : { ...release, installOn: day },
  );
}

function onHost(path: string, bytes: Uint8Array): readonly string[] {
  const facts = { ...aDeployedPackage(''), hostFiles: new Map([[path, bytes]]) };
  return saidBy(certificates, { ...aloneRelease(facts), installOn });
}

const old = aPem('api', '2025-01-01', '2026-03-01');
const good = aPem('api', '2026-01-01', '2028-03-01');
const indented = (text: string, by: string): string => text.trimEnd().replaceAll(/^/gm, by);

describe(certificates.id, () => {
  it('finds one that has run out on the day of installation', () => {
    expect(said(`tls:\n  cert: |\n${indented(old, '    ')}\n`)).toEqual([
      'error 3: the certificate of api holds until 2026-03-01: on 2026-11-21 it has run out',
    ]);
  });

  it('finds it in base64, in one line and as a file of a host', () => {
    const what = ['error 1: the certificate of api holds until 2026-03-01'];
    const lines = what.map((each) => expect.stringContaining(each));
    expect(said(`ca: ${Buffer.from(old).toString('base64')}\n`)).toEqual(lines);
    expect(said(`ca: ${JSON.stringify(old)}\n`)).toEqual(lines);
    expect(onHost('ca.pem', Buffer.from(old))).toEqual(lines);
    expect(onHost('ca.der', aCertificate('api', '2025-01-01', '2026-03-01'))).toEqual(lines);
  });

  it('warns of one that holds for less than a quarter of a year', () => {
    expect(said(aPem('api', '2026-01-01', '2026-12-01'))).toEqual([
      'warning 1: the certificate of api holds until 2026-12-01: 10 days after 2026-11-21',
    ]);
    expect(said(aPem('api', '2026-01-01', '2027-02-19'))).toEqual([]);
  });

  it('finds one that does not hold yet', () => {
    expect(said(aPem('api', '2027-01-01', '2029-01-01'))).toEqual([
      expect.stringContaining('on 2026-11-21 it does not hold yet, before 2027-01-01'),
    ]);
  });

  it('goes by the day that is given', () => {
    expect(said(good, { day: new Date('2028-03-01') })).toEqual([
      expect.stringMatching(/^error .* it has run out$/),
    ]);
    expect(said(old, { day: new Date('2025-06-01') })).toEqual([]);
  });

  it('only notes what has run out in a collection of authorities', () => {
    const roots = Array.from({ length: 9 }, (_, at) =>
      aPem(`root ${at}`, '2020-01-01', '2040-01-01', true),
    );
    expect(said([...roots, aPem('soon', '2010-01-01', '2026-12-01', true)].join(''))).toEqual([]);
    expect(said([...roots, aPem('gone', '2010-01-01', '2020-01-01', true)].join(''))).toEqual([
      expect.stringMatching(/^note \d+: the certificate of gone/),
    ]);
  });

  it.each([
    ['a sound one', good, undefined],
    [
      'an example',
      '-----BEGIN CERTIFICATE-----\nMII...\n-----END CERTIFICATE-----\n',
      'not-applicable',
    ],
    [
      'a template',
      `-----BEGIN CERTIFICATE-----\n{{ .Values.ca }}\n-----END CERTIFICATE-----\n`,
      'not-applicable',
    ],
    [
      'text that only looks like one',
      `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(40)}\n-----END CERTIFICATE-----\n`,
      'not-applicable',
    ],
    ['one that never ends', old.split('-----END')[0] ?? '', 'not-applicable'],
  ])('is silent about %s', (_, text, outcome) => {
    const rest = said(text);
    expect(rest.map((each) => each.split(':')[0])).toEqual(outcome === undefined ? [] : [outcome]);
  });

  it('passes over documents', () => {
    expect(said(old, { path: 'app/chart/README.md' })[0]).toContain('no certificate was found');
  });

  it('does not decide where something was not read, and says what it passes over', () => {
    const unread = [{ path: 'c.tgz', reason: 'broken', component: 'app', fails: false }];
    expect(saidBy(certificates, aloneRelease(aDeployedPackage('', { unread })))).toEqual([
      'undecided: c.tgz could not be read: broken',
    ]);
    const components = [{ name: 'app', files: [{ source: 'a', target: '/a' }] }];
    expect(saidBy(certificates, aloneRelease(aDeployedPackage('', { components })))).toEqual([
      'not-applicable: no certificate was found; files that components put on hosts were not looked into',
    ]);
  });

  it('does not decide where nobody says when', () => {
    expect(said(old, { day: undefined })).toEqual([
      'undecided 1: nobody says when it is to hold; the certificate of api holds until 2026-03-01',
    ]);
  });
});
