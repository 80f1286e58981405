import { describe, expect, it } from 'vitest';
import { parseKeyReference } from './key-reference.ts';

describe('parseKeyReference', () => {
  it.each([
    { text: 'cosign.key', is: { kind: 'file', path: 'cosign.key' } },
    { text: '/a/b:c.key', is: { kind: 'file', path: '/a/b:c.key' } },
    { text: '../a://b', is: { kind: 'file', path: '../a://b' } },
    { text: './env:/x', is: { kind: 'file', path: './env:/x' } },
    { text: 'env://SIGNING_KEY', is: { kind: 'variable', name: 'SIGNING_KEY' } },
    {
      text: 'softhsm://gap/key1?x=y',
      is: { kind: 'plugin', scheme: 'softhsm', resource: 'gap/key1?x=y' },
    },
    {
      text: 'awskms:///arn:aws:kms:eu-1:1:key/2',
      is: { kind: 'plugin', scheme: 'awskms', resource: '/arn:aws:kms:eu-1:1:key/2' },
    },
  ])('$text', ({ text, is }) => {
    expect(parseKeyReference(text)).toEqual(is);
  });

  it.each([
    'env://',
    'env://a-b',
    'https://example.org/key',
    'k8s://ns/secret',
    'pkcs11:token=x;object=y',
    'softhsm://',
    'Soft://x',
    'a.b://x',
  ])('refuses %s: KEY_REFERENCE', (text) => {
    expect(() => parseKeyReference(text)).toThrow(
      expect.objectContaining({ code: 'KEY_REFERENCE', exitCode: 2 }),
    );
  });
});
