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
});
