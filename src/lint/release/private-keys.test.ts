import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aKey, aPem } from '../../../test/support/a-certificate.ts';
import { aDeployedPackage, aloneRelease, saidBy } from '../../../test/support/a-deployment.ts';
import { privateKeys } from './private-keys.ts';

function said(text: string): readonly string[] {
  const facts = { ...aDeployedPackage(''), texts: new Map([['app/values.yaml', text]]) };
  return saidBy(privateKeys, aloneRelease(facts));
}

describe(privateKeys.id, () => {
  it('finds a key, in a comment too', () => {
    const line = 'warning 1: a private key is shipped (private key)';
    expect(said(aKey())).toEqual([line]);
    expect(said(aKey().replaceAll(/^/gm, '# '))).toEqual([line]);
    expect(said(`key: ${Buffer.from(aKey()).toString('base64')}`)).toEqual([line]);
  });

  it('finds a locked one', () => {
    expect(said(aKey('word'))).toEqual([expect.stringContaining(', protected by a passphrase')]);
  });

  it.each([
    ['a certificate', aPem('api', '2026-01-01', '2030-01-01')],
    ['an example', '-----BEGIN PRIVATE KEY-----\nMIIEv...\n-----END PRIVATE KEY-----'],
    ['a template', '-----BEGIN PRIVATE KEY-----\n{{ .Values.key }}\n-----END PRIVATE KEY-----'],
  ])('is silent about %s', (_, text) => {
    expect(said(text)).toEqual([]);
  });

  it('says where nothing is shipped', () => {
    expect(saidBy(privateKeys, aloneRelease(aDeployedPackage('')))).toEqual([
      'not-applicable: no text is shipped',
    ]);
  });

  it('finds one that is locked in the old way, with headers', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const how = { format: 'pem', type: 'sec1', cipher: 'aes-256-cbc', passphrase: 'word' } as const;
    const text = privateKey.export(how).toString();
    expect(text).toContain('Proc-Type: 4,ENCRYPTED');
    expect(said(text)).toEqual([expect.stringContaining('(ec private key)')]);
  });

  it('passes over what is longer than any key', () => {
    const body = (bytes: number): string =>
      `-----BEGIN PRIVATE KEY-----\n${Buffer.alloc(bytes, 1).toString('base64')}\n-----END PRIVATE KEY-----\n`;
    expect(said(body(3000))).toHaveLength(1);
    expect(said(body(60_000))).toEqual([]);
  });

  it('finds one that is not written as text', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const type of ['pkcs8', 'sec1'] as const) {
      const bytes = privateKey.export({ format: 'der', type });
      const facts = { ...aDeployedPackage(''), hostFiles: new Map([['tls.key', bytes]]) };
      expect(saidBy(privateKeys, aloneRelease(facts))).toEqual([
        'warning 1: a private key is shipped (not written as text)',
      ]);
    }
  });

  it('does not decide where something was not read', () => {
    const [path, text] = ['app/values.yaml', 'a: b'];
    const texts = new Map([[path, text]]);
    const unread = [{ path: 'c.tgz', reason: 'broken', component: 'app', fails: false }];
    const open = [
      { ...aDeployedPackage('', { unread }), texts },
      { ...aDeployedPackage(''), texts, hostFilesLeft: ['etc/x'] },
    ];
    expect(open.map((each) => saidBy(privateKeys, aloneRelease(each)))).toEqual([
      ['undecided: c.tgz could not be read: broken'],
      ['undecided: 1 files for hosts were not looked into, etc/x among them'],
    ]);
  });
});
