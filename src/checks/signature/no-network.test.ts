import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { renderBlobBundle } from '../../../test/support/bundles-by-key.ts';
import { noNetwork } from './no-network.ts';

const bundle = JSON.parse(
  Buffer.from(renderBlobBundle(Buffer.alloc(32, 1), Buffer.alloc(70, 2), 'aGludA==')).toString(),
);
const stamps = { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'MAA=' }] } };
const certificate = { certificate: { rawBytes: 'MAA=' } };
const signed = (material: object) =>
  aPackage().with('zarf.bundle.sig', JSON.stringify({ ...bundle, verificationMaterial: material }));

describe('signature/no-network', () => {
  it.each([
    ['a signature by key alone', signed(bundle.verificationMaterial), ['pass']],
    [
      'a timestamp beside the key',
      signed({ ...bundle.verificationMaterial, ...stamps }),
      ['fail error SIGNATURE_NEEDS_NETWORK'],
    ],
    [
      'an empty list of timestamps',
      signed({ ...bundle.verificationMaterial, timestampVerificationData: {} }),
      ['pass'],
    ],
    [
      'a timestamp beside a certificate, which needs one',
      signed({ ...certificate, ...stamps }),
      ['not-applicable'],
    ],
    ['a signature that is no bundle', aPackage().with('zarf.bundle.sig', '{}'), ['not-applicable']],
    ['no signature', aPackage(), ['not-applicable']],
    ['only the old signature', aPackage().with('zarf.yaml.sig', 'AAAA'), ['not-applicable']],
    [
      'not reached',
      signed(bundle.verificationMaterial).cutBefore('zarf.bundle.sig'),
      ['undecided'],
    ],
    [
      'too large to keep',
      signed(bundle.verificationMaterial).unread('zarf.bundle.sig'),
      ['undecided'],
    ],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(noNetwork)).toEqual(expected);
  });
});
