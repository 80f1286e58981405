import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  aKey,
  aTrustDocument,
  aTrustPolicy,
  keyEntry,
  testKeys,
} from '../../../test/support/a-trust-policy.ts';
import { digestFromHex } from '../../oci/digest.ts';
import { parseTrustPolicy } from './parse-trust-policy.ts';
import type { TrustPolicyDocument } from './trust-policy-document.ts';

const parse = (document: unknown) =>
  parseTrustPolicy(Buffer.from(JSON.stringify(document, null, 2)), 'p.json');
const said = (document: unknown, severity = 'error') =>
  parse(document)
    .problems.filter((each) => each.severity === severity)
    .map(({ message }) => message);
const changed = (change: Record<string, unknown>) => ({ ...aTrustDocument(), ...change });
const roles = aTrustDocument().roles;
const digest = digestFromHex('0'.repeat(64));
const identity = { issuer: 'https://i', san: 'https://s', trustedRoot: 'site' };
const site = { site: { sha256: '0'.repeat(64) } };

describe('a trust policy', () => {
  it('is read with everything in it', () => {
    const policy = aTrustPolicy({
      site: 'here',
      trustedRoots: site,
      identities: { id: { ...identity, revokedAt: '2026-01-01T01:00:00+01:00' } },
      roles: { ...roles, people: { signers: ['id', 'rel-a'], threshold: 1 } },
      packages: [
        {
          product: 'app',
          versions: '>=1.0.0',
          role: 'release',
          approvers: 'people',
          maxAge: 'P90D',
          minCounter: 41,
          attestations: [
            {
              predicateType: 'https://slsa.dev/provenance/v1',
              role: 'builder',
              require: { 'a.b': ['c'] },
            },
          ],
        },
      ],
      sharedSigners: [{ signer: 'rel-a', reason: 'there are only two of us' }],
      revokedDigests: [{ digest, reason: 'leaks' }],
    });
    expect(policy).toMatchObject({
      version: 7,
      expires: '2027-06-01T00:00:00.000Z',
      site: 'here',
      otherSignatures: 'refuse',
    });
    expect(policy.trustedRoots.get('site')).toMatchObject({ file: 'trusted_root.json' });
    expect(policy.signers.get('id')).toMatchObject({
      san: { kind: 'exact' },
      tlogs: 1,
      scts: 1,
      timestamps: 1,
      revokedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(policy.signers.get('rel-a')).toMatchObject({
      fingerprint: testKeys['rel-a'].fingerprint,
    });
    expect([...policy.roles.values()].map(({ kind }) => kind)).toEqual([
      'releaser',
      'builder',
      'approver',
    ]);
    // A release that may be only so old needs a time that somebody vouches for.
    expect(policy.rules[0]).toMatchObject({ timestamps: 1, maxAgeMs: 90 * 86_400_000 });
    expect(policy.revokedDigests.get(digest)).toBe('leaks');
  });

  it('says where something is wrong', () => {
    const text = JSON.stringify(changed({ treshold: 1 }), null, 2);
    const line = text.split('\n').findIndex((each) => each.includes('treshold')) + 1;
    expect(parseTrustPolicy(Buffer.from(text), 'p').problems).toMatchObject([
      { code: 'DOCUMENT_UNKNOWN_KEY', line, severity: 'error' },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['a member twice', '{"schema":"trust-policy/v1","schema":"trust-policy/v1"}', /twice/],
    ['bytes behind it', `${JSON.stringify(aTrustDocument())}{}`, /behind the end/],
    ['a byte-order mark', `\ufeff${JSON.stringify(aTrustDocument())}`, /byte-order/],
  ])('is strict JSON: %s', (_name, text, message) => {
    const { policy, problems } = parseTrustPolicy(Buffer.from(text), 'p');
    expect(policy).toBeUndefined();
    expect(problems[0]?.message).toMatch(message);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['another schema', { schema: 'trust-policy/v2' }, /trust-policy\/v1/],
    ['no version', { version: undefined }, /version/],
    ['no end', { expires: undefined }, /expires/],
    ['an end that is no time', { expires: 'soon' }, /expires/],
    ['an end that does not exist', { expires: '2026-12-31T23:59:60Z' }, /no time that exists/],
    [
      'a misspelt threshold',
      { roles: { ...roles, release: { signers: ['rel-a'], treshold: 1 } } },
      /'treshold'|treshold/,
    ],
    [
      'a threshold of none',
      { roles: { ...roles, release: { signers: ['rel-a'], threshold: 0 } } },
      /threshold/,
    ],
    [
      'a signer nobody knows',
      { roles: { ...roles, release: { signers: ['rel-x'], threshold: 1 } } },
      /no key or identity 'rel-x'/,
    ],
    ['a role nobody knows', { packages: [{ product: '*', role: 'nobody' }] }, /no role 'nobody'/],
    [
      'approvers nobody knows',
      { packages: [{ product: '*', role: 'release', approvers: 'nobody' }] },
      /no role 'nobody'/,
    ],
    [
      'a role nobody knows for a statement',
      {
        packages: [
          { product: '*', role: 'release', attestations: [{ predicateType: 'x', role: 'no' }] },
        ],
      },
      /no role 'no'/,
    ],
    ['a role nobody knows for the record', { accepted: { role: 'nobody' } }, /no role 'nobody'/],
    ['a root nobody knows', { identities: { id: identity } }, /no trusted root 'site'/],
    [
      'a root nobody knows for a key',
      { keys: { ...aTrustDocument().keys, ci: { ...keyEntry('ci'), trustedRoot: 'x' } } },
      /no trusted root 'x'/,
    ],
    [
      'a shared signer nobody knows',
      { sharedSigners: [{ signer: 'x', reason: 'nobody knows why' }] },
      /no key or identity 'x'/,
    ],
    [
      'more signers demanded than there are',
      { roles: { ...roles, release: { signers: ['rel-a', 'rel-b'], threshold: 3 } } },
      /demands 3 signers and has 2 different/,
    ],
    [
      'one key under two names to reach a threshold',
      {
        keys: { ...aTrustDocument().keys, again: keyEntry('rel-a') },
        roles: { ...roles, release: { signers: ['rel-a', 'again'], threshold: 2 } },
      },
      /demands 2 signers and has 1 different/,
    ],
    [
      'a builder among the releasers',
      { roles: { ...roles, release: { signers: ['rel-a', 'ci'], threshold: 2 } } },
      /'ci' is in the builder role 'builder' and in the releaser role 'release'/,
    ],
    [
      "a builder's key among the releasers under another name",
      {
        keys: { ...aTrustDocument().keys, again: keyEntry('ci') },
        roles: { ...roles, release: { signers: ['rel-a', 'again'], threshold: 2 } },
      },
      /say why under sharedSigners/,
    ],
    [
      'builders for releases',
      { packages: [{ product: '*', role: 'builder' }] },
      /signed by releasers/,
    ],
    [
      'a key of another kind',
      {
        keys: {
          ...aTrustDocument().keys,
          ci: { spki: aKey('P-384').pem, algorithm: 'ecdsa-p256-sha256' },
        },
      },
      /of the kind ecdsa-p384/,
    ],
    [
      'a short RSA key',
      {
        keys: {
          ...aTrustDocument().keys,
          ci: {
            spki: generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
              format: 'pem',
              type: 'spki',
            }),
            algorithm: 'rsa-pkcs1-sha256',
          },
        },
      },
      /1024 bits/,
    ],
    [
      'a private key',
      {
        keys: {
          ...aTrustDocument().keys,
          ci: {
            spki: testKeys.ci.privateKey.export({ format: 'pem', type: 'pkcs8' }),
            algorithm: 'ecdsa-p256-sha256',
          },
        },
      },
      /expected a public key/,
    ],
    [
      'an algorithm of its own',
      { keys: { ...aTrustDocument().keys, ci: { ...keyEntry('ci'), algorithm: 'sm2' } } },
      /algorithm/,
    ],
    [
      'an identity without a name',
      { trustedRoots: site, identities: { id: { issuer: 'i', trustedRoot: 'site' } } },
      /exactly one of/,
    ],
    [
      'an identity with two names',
      { trustedRoots: site, identities: { id: { ...identity, sanPattern: 'x' } } },
      /exactly one of|more than one/,
    ],
    [
      'a pattern that is none',
      {
        trustedRoots: site,
        identities: { id: { issuer: 'i', sanPattern: '(', trustedRoot: 'site' } },
      },
      /no regular expression/,
    ],
    [
      'an identity with the name of a key',
      { trustedRoots: site, identities: { ci: identity } },
      /the name of a key, too/,
    ],
    [
      'an identity without signed times',
      { trustedRoots: site, identities: { id: { ...identity, timestamps: 0 } } },
      /timestamps/,
    ],
    [
      'a range that is none',
      { packages: [{ product: '*', role: 'release', versions: '^1' }] },
      /no range of versions/,
    ],
    [
      'an age in months',
      { packages: [{ product: '*', role: 'release', maxAge: 'P3M' }] },
      /maxAge/,
    ],
    [
      'an age without a signed time',
      { packages: [{ product: '*', role: 'release', maxAge: 'P90D', timestamps: 0 }] },
      /at least one signed time/,
    ],
    [
      'a counter of packages',
      { packages: [{ product: '*', kinds: ['package'], role: 'builder', minCounter: 1 }] },
      /only release statements/,
    ],
    [
      'a key that is never valid',
      {
        keys: {
          ...aTrustDocument().keys,
          ci: {
            ...keyEntry('ci'),
            notBefore: '2027-01-01T00:00:00Z',
            notAfter: '2026-01-01T00:00:00Z',
          },
        },
      },
      /valid at no time/,
    ],
    [
      'a key whose end does not exist',
      {
        keys: {
          ...aTrustDocument().keys,
          ci: { ...keyEntry('ci'), notAfter: '2026-12-31T23:59:60Z' },
        },
      },
      /no time that exists/,
    ],
    [
      'a root out of the folder',
      { trustedRoots: { site: { sha256: '0'.repeat(64), file: '../x' } } },
      /file/,
    ],
  ])('is refused with %s', (_name, change, message) => {
    expect(said(changed(change)).join('\n')).toMatch(message);
    expect(parse(changed(change)).policy).toBeUndefined();
  });

  it.each<[string, Partial<TrustPolicyDocument>, RegExp]>([
    [
      'one key under two names',
      {
        keys: { ...aTrustDocument().keys, again: keyEntry('rel-a') },
        roles: { ...roles, release: { signers: ['rel-a', 'again', 'rel-b'], threshold: 2 } },
      },
      /the same key as 'rel-a'/,
    ],
    [
      'a role that is used nowhere',
      { roles: { ...roles, spare: { signers: ['rel-a'], threshold: 1 } } },
      /'spare' is used nowhere/,
    ],
    [
      'a signer in no role',
      { keys: { ...aTrustDocument().keys, spare: keyEntry('other') } },
      /'spare' stands in no role/,
    ],
    [
      'an entry that is never reached',
      {
        packages: [
          { product: '*', role: 'release' },
          { product: 'demo', kinds: ['package'], role: 'builder' },
        ],
      },
      /packages\[1\] is never reached/,
    ],
  ])('warns of %s', (_name, change, message) => {
    expect(said(aTrustDocument(change), 'warning').join('\n')).toMatch(message);
    expect(parse(aTrustDocument(change)).policy).toBeDefined();
  });

  it('lets a signer stand in two kinds of roles where it says why', () => {
    const document = {
      roles: { ...roles, release: { signers: ['rel-a', 'ci'], threshold: 2 } },
      sharedSigners: [{ signer: 'ci', reason: 'the pipeline both builds and releases' }],
    };
    expect(said(aTrustDocument(document))).toEqual([]);
  });
});
