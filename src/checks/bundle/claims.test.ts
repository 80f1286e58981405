import { describe, expect, it } from 'vitest';
import { aBundle, aSignedPackage } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { claims } from './claims.ts';

const { draft: signed, pem } = aSignedPackage();
const { pem: otherPem } = aSignedPackage();
const keyed = (key: string) => (text: string) =>
  text.replace(
    'demo.tar.zst"',
    `demo.tar.zst"\n  signature_verification {\n    public_key = ${JSON.stringify(key)}\n  }`,
  );

describe('bundle/claims', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['not-applicable']],
    ['a next bundle that claims nothing', aBundle('next'), ['not-applicable']],
    ['a package', aPackage(), ['not-applicable']],
    ['an end that was not reached', aBundle('next').cutBefore(/no such/), ['undecided']],
    [
      'a claim on a package that was not reached',
      aBundle('next').claiming('demo').cutBefore(/blobs/),
      ['undecided'],
    ],
    [
      'a claim on an unsigned package',
      aBundle('next').claiming('demo'),
      ['fail warning BUNDLE_CLAIM_EMPTY'],
    ],
    [
      'a claim without a key',
      aBundle('next').holding('demo', signed).claiming('demo'),
      ['fail warning BUNDLE_CLAIM_UNPROVEN'],
    ],
    [
      'a claim by another key',
      aBundle('next').holding('demo', signed).claiming('demo').definingNext(keyed(otherPem)),
      ['fail warning BUNDLE_CLAIM_FALSE'],
    ],
    [
      'a claim that holds',
      aBundle('next').holding('demo', signed).claiming('demo').definingNext(keyed(pem)),
      ['pass'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(claims)).toEqual(expected));
});
