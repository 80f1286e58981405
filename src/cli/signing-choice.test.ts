import { describe, expect, it } from 'vitest';
import { chooseSigning, type SigningFlags } from './signing-choice.ts';

const fulcio = { 'fulcio-url': 'https://f' };
const rekor = { 'rekor-url': 'https://r' };
const stamp = { 'timestamp-server-url': 'https://t' };
const root = { 'trusted-root': 'root.json' };
const key = { kind: 'key', key: { reference: 'k' } };

describe('chooseSigning', () => {
  it.each<{
    what: string;
    flags?: SigningFlags;
    env?: Record<string, string>;
    key?: string;
    stamps?: boolean;
    is: unknown;
  }>([
    { what: 'nothing', is: undefined },
    { what: 'a key', key: 'k', is: key },
    { what: 'a key, and empty variables', key: 'k', env: { COWA_FULCIO_URL: '' }, is: key },
    {
      what: 'a key with what opens it',
      key: 'k',
      flags: { 'password-file': 'p', 'kms-plugin': 'x' },
      is: { kind: 'key', key: { reference: 'k', passwordFile: 'p', kmsPlugin: 'x' } },
    },
    {
      what: 'a key and an authority for the statement',
      key: 'k',
      stamps: true,
      flags: { ...stamp, ...root },
      is: { ...key, timestamps: { url: 'https://t', trustedRoot: 'root.json' } },
    },
    {
      what: 'an authority that a variable names, where nothing can be stamped',
      key: 'k',
      env: { COWA_TIMESTAMP_SERVER_URL: 'https://t' },
      is: key,
    },
    {
      what: 'an identity',
      flags: { ...fulcio, ...rekor, ...stamp, ...root, 'identity-token': 't' },
      is: {
        kind: 'identity',
        fulcioUrl: 'https://f',
        rekorUrl: 'https://r',
        timestampUrl: 'https://t',
        trustedRoot: 'root.json',
        tokenFile: 't',
      },
    },
    {
      what: 'an identity by variables',
      env: { COWA_FULCIO_URL: 'https://f', COWA_REKOR_URL: 'https://r', COWA_TRUSTED_ROOT: 'r' },
      is: { kind: 'identity', fulcioUrl: 'https://f', rekorUrl: 'https://r', trustedRoot: 'r' },
    },
    {
      what: 'an identity by flag, and a key that the definition names',
      key: 'k',
      flags: { ...fulcio, ...stamp, ...root },
      is: {
        kind: 'identity',
        fulcioUrl: 'https://f',
        timestampUrl: 'https://t',
        trustedRoot: 'root.json',
      },
    },
  ])('$what', ({ flags = {}, env = {}, key: reference, stamps = false, is }) => {
    expect(chooseSigning(flags, env, reference, stamps)).toEqual(is);
  });

  it.each<{
    flags: SigningFlags;
    env?: Record<string, string>;
    key?: string;
    stamps?: boolean;
    code: string;
  }>([
    { flags: { ...fulcio, ...stamp, ...root, key: 'k' }, key: 'k', code: 'SIGN_KEY_AND_IDENTITY' },
    { flags: root, env: { COWA_FULCIO_URL: 'https://f' }, key: 'k', code: 'SIGN_KEY_AND_IDENTITY' },
    { flags: rekor, key: 'k', code: 'SIGN_IDENTITY_FLAGS' },
    { flags: { 'identity-token': 't' }, key: 'k', code: 'SIGN_IDENTITY_FLAGS' },
    { flags: { ...fulcio, ...root }, code: 'SIGN_IDENTITY_TIME' },
    { flags: { ...fulcio, ...rekor }, code: 'SIGN_TRUSTED_ROOT_MISSING' },
    { flags: stamp, key: 'k', stamps: true, code: 'SIGN_TRUSTED_ROOT_MISSING' },
    { flags: { ...stamp, ...root }, key: 'k', code: 'SIGN_TIMESTAMP_BY_KEY' },
  ])('refuses $flags: $code', ({ flags, env = {}, key: reference, stamps = false, code }) => {
    expect(() => chooseSigning(flags, env, reference, stamps)).toThrow(
      expect.objectContaining({ code, exitCode: 2 }),
    );
  });
});
