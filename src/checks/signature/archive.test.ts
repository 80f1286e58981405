import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import type { ArchiveSignature, SignatureFacts } from '../facts.ts';
import { runChecks } from '../run-checks.ts';
import { signatureArchive } from './archive.ts';
import { members } from './members.ts';

const key = { origin: 'release.pub', pem: 'pem', fingerprint: 'f' };
const signed = (result: ArchiveSignature['result']): ArchiveSignature => ({
  location: 'zarf.bundle.sig',
  kind: 'zarf-bundle',
  covers: 'zarf.yaml',
  result,
});
const valid = signed({ outcome: 'valid', fingerprint: 'f', warnings: [] });
const invalid = signed({ outcome: 'invalid', code: 'SIGNATURE_MISMATCH', reason: 'not by it' });
const unread = signed({ outcome: 'undecided', code: 'SIGNATURE_UNREAD', reason: 'too large' });
const unjudged = signed(undefined);
const none: SignatureFacts = {
  key: undefined,
  allowUnsigned: false,
  archive: undefined,
  members: new Map(),
};

describe('signature/archive', () => {
  const judged = (signatures: Partial<SignatureFacts>) =>
    inShort(
      runChecks([signatureArchive], {
        ...aPackage().facts(),
        signatures: { ...none, ...signatures },
      }),
    );
  it.each<[string, Partial<SignatureFacts>, readonly string[]]>([
    ['signed by the key', { key, archive: valid }, ['pass']],
    ['signed by another key', { key, archive: invalid }, ['fail error SIGNATURE_MISMATCH']],
    [
      'signed by another key, unsigned allowed',
      { key, archive: invalid, allowUnsigned: true },
      ['fail error SIGNATURE_MISMATCH'],
    ],
    ['not signed, a key given', { key }, ['fail error SIGNATURE_ABSENT']],
    [
      'not signed, a key given, unsigned allowed',
      { key, allowUnsigned: true },
      ['fail error SIGNATURE_ABSENT'],
    ],
    ['not signed', {}, ['undecided SIGNATURE_ABSENT']],
    ['not signed, allowed', { allowUnsigned: true }, ['not-applicable']],
    ['signed, no key', { archive: unjudged }, ['undecided SIGNATURE_NO_KEY']],
    ['signed, no key, allowed', { archive: unjudged, allowUnsigned: true }, ['not-applicable']],
    [
      'a signature that could not be read',
      { key, archive: unread },
      ['undecided SIGNATURE_UNREAD'],
    ],
    [
      'a signature that could not be read, unsigned allowed',
      { key, archive: unread, allowUnsigned: true },
      ['undecided SIGNATURE_UNREAD'],
    ],
  ])('%s', (_name, signatures, expected) => expect(judged(signatures)).toEqual(expected));
});

describe('signature/members', () => {
  const inBundle = aPackage().inBundle();
  const bundle = {
    format: 'legacy' as const,
    definition: undefined,
    nextDefinition: undefined,
    rootDigest: undefined,
    problems: [],
    missing: [],
    unreferenced: [],
  };
  const judged = (signatures: Partial<SignatureFacts>, packages = inBundle.packages) =>
    inShort(
      runChecks([members], {
        ...inBundle,
        bundle,
        packages,
        signatures: { ...none, ...signatures },
      }),
    );
  const of = (signature: ArchiveSignature) => new Map([['demo', signature]]);
  it.each<[string, Partial<SignatureFacts>, readonly string[]]>([
    ['signed by the key itself', { key, archive: valid, members: of(valid) }, ['pass']],
    [
      'by another key, in a bundle by the key',
      { key, archive: valid, members: of(invalid) },
      ['not-applicable'],
    ],
    ['unsigned, in a bundle by the key', { key, archive: valid }, ['not-applicable']],
    [
      'by another key, in an unsigned bundle',
      { key, members: of(invalid) },
      ['undecided SIGNATURE_MISMATCH'],
    ],
    ['unsigned, in an unsigned bundle', { key }, ['undecided SIGNATURE_ABSENT']],
    [
      'unsigned, in a bundle by another key',
      { key, archive: invalid },
      ['undecided SIGNATURE_ABSENT'],
    ],
    [
      'signed, no key',
      { members: of(unjudged), archive: unjudged },
      ['undecided SIGNATURE_NO_KEY'],
    ],
    ['signed, no key, allowed', { members: of(unjudged), allowUnsigned: true }, ['not-applicable']],
    [
      'unsigned, a key given, unsigned allowed',
      { key, allowUnsigned: true },
      ['undecided SIGNATURE_ABSENT'],
    ],
  ])('%s', (_name, signatures, expected) => expect(judged(signatures)).toEqual(expected));

  it('is undecided where no package could be read, and speaks of no package alone', () => {
    expect(judged({ key }, [])).toEqual(['undecided']);
    expect(inShort(runChecks([members], aPackage().facts()))).toEqual(['not-applicable']);
  });
});
