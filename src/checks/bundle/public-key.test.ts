import { describe, expect, it } from 'vitest';
import { aBundle, aSignedPackage } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { publicKey } from './public-key.ts';

const { draft: signed, pem } = aSignedPackage();
const { pem: otherPem } = aSignedPackage();
const keyed = (key: string) => (text: string) => `${text}  publicKey: ${JSON.stringify(key)}\n`;
const keyedNext = (key: string) => (text: string) =>
  text.replace(
    'demo.tar.zst"',
    `demo.tar.zst"\n  signature_verification {\n    public_key = ${JSON.stringify(key)}\n  }`,
  );
const altered = aSignedPackage();
const unfit = altered.draft.tampered('zarf.bundle.sig', '{}');
const taken = aPackage().defining((text) =>
  text.replace('  version: v0.84.0', '  version: v0.84.0\n  signed: true'),
);

describe('bundle/public-key', () => {
  it.each([
    ['unsigned packages', aBundle(), ['not-applicable']],
    ['a package', aPackage(), ['not-applicable']],
    ['an end that was not reached', aBundle().cutBefore(/no such/), ['undecided']],
    [
      'a package that was not reached',
      aBundle().holding('demo', signed).cutBefore(/blobs/),
      ['undecided'],
    ],
    ['a key that fits', aBundle().holding('demo', signed).defining(keyed(pem)), ['pass']],
    [
      'another key',
      aBundle().holding('demo', signed).defining(keyed(otherPem)),
      ['fail error BUNDLE_KEY_MISMATCH'],
    ],
    [
      'a key that is none',
      aBundle().holding('demo', signed).defining(keyed('key')),
      ['fail error BUNDLE_KEY_MISMATCH'],
    ],
    [
      'a signature that is none',
      aBundle().holding('demo', unfit).defining(keyed(altered.pem)),
      ['fail error BUNDLE_KEY_MISMATCH'],
    ],
    ['no key', aBundle().holding('demo', signed), ['fail error BUNDLE_KEY_MISSING']],
    [
      'a signature that was taken away',
      aBundle().holding('demo', taken).defining(keyed(pem)),
      ['fail error BUNDLE_KEY_MISMATCH'],
    ],
    [
      'a key for an unsigned package',
      aBundle().defining(keyed(pem)),
      ['fail error BUNDLE_KEY_UNUSED'],
    ],
    [
      'an identity',
      aBundle()
        .holding('demo', signed)
        .defining(
          (text) =>
            `${text}  keylessVerification: { certificateIdentity: a, certificateOIDCIssuer: b }\n`,
        ),
      ['undecided BUNDLE_KEY_IDENTITY'],
    ],
    [
      'a next bundle that asks for nothing',
      aBundle('next').holding('demo', signed),
      ['not-applicable'],
    ],
    [
      'a next bundle with a key that fits',
      aBundle('next').holding('demo', signed).definingNext(keyedNext(pem)),
      ['pass'],
    ],
    [
      'a next bundle with another key',
      aBundle('next').holding('demo', signed).definingNext(keyedNext(otherPem)),
      ['fail error BUNDLE_KEY_MISMATCH'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(publicKey)).toEqual(expected));
});
