import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { heldBy, refused } from '../../../test/support/trust-evidence.ts';
import { judgeArchiveTrust } from '../../operations/judge-archive-trust.ts';
import { trustOfKey } from '../../operations/trust-inputs.ts';
import type { SignatureEvidence } from '../../policy/trust/signature-evidence.ts';
import type { ArchiveFacts, ArchiveSignature, SignatureFacts } from '../facts.ts';
import { runChecks } from '../run-checks.ts';
import { signatureArchive } from './archive.ts';
import { members } from './members.ts';
import { stray } from './stray.ts';

const key = { origin: 'release.pub', pem: 'pem', fingerprint: 'f' };
const valid = heldBy('key', { party: 'key:f' });
const invalid = refused();
const unread = refused('SIGNATURE_UNREAD', 'undecided');
const signed = (result: ArchiveSignature['result']): ArchiveSignature => ({
  location: 'zarf.bundle.sig',
  kind: 'zarf-bundle',
  covers: 'zarf.yaml',
  result,
});
const unjudged = signed(undefined);
const none: SignatureFacts = {
  key: undefined,
  allowUnsigned: false,
  archive: undefined,
  members: new Map(),
};

/** What the key makes of these signatures. */
const byKey = (
  facts: ArchiveFacts,
  archive: readonly SignatureEvidence[],
  of: readonly SignatureEvidence[] = [],
  allowUnsigned = false,
) =>
  judgeArchiveTrust(
    facts,
    { archive, members: new Map([['demo', of]]) },
    { key, allowUnsigned },
    trustOfKey(key),
  );

describe('signature/archive', () => {
  const facts = aPackage().facts();
  const judged = (signatures: SignatureFacts) =>
    inShort(runChecks([signatureArchive], { ...facts, signatures }));

  it.each<[string, readonly SignatureEvidence[], boolean, readonly string[]]>([
    ['signed by the key', [valid], false, ['pass']],
    ['signed by another key', [invalid], false, ['fail error SIGNATURE_MISMATCH']],
    ['signed by another key, unsigned allowed', [invalid], true, ['fail error SIGNATURE_MISMATCH']],
    ['not signed', [], false, ['fail error SIGNATURE_ABSENT']],
    ['not signed, unsigned allowed', [], true, ['fail error SIGNATURE_ABSENT']],
    ['a signature that could not be read', [unread], false, ['undecided SIGNATURE_UNREAD']],
    ['the same, unsigned allowed', [unread], true, ['undecided SIGNATURE_UNREAD']],
    [
      'signed by an algorithm that others refuse',
      [
        {
          ...valid,
          result: { ...valid.result, unusualAlgorithm: 'odd' } as SignatureEvidence['result'],
        },
      ],
      false,
      ['fail warning SIGNATURE_UNUSUAL_ALGORITHM', 'pass'],
    ],
    [
      'signed, with a warning',
      [{ ...valid, result: { ...valid.result, warnings: ['odd'] } as SignatureEvidence['result'] }],
      false,
      ['fail note SIGNATURE_NOT_ALL_JUDGED', 'pass'],
    ],
  ])('a key given: %s', (_name, evidence, allowUnsigned, expected) =>
    expect(judged(byKey(facts, evidence, [], allowUnsigned))).toEqual(expected),
  );

  it.each<[string, Partial<SignatureFacts>, readonly string[]]>([
    ['not signed', {}, ['undecided SIGNATURE_ABSENT']],
    ['not signed, allowed', { allowUnsigned: true }, ['not-applicable']],
    ['signed', { archive: unjudged }, ['undecided SIGNATURE_NO_KEY']],
    ['signed, allowed', { archive: unjudged, allowUnsigned: true }, ['not-applicable']],
    [
      'a signature that could not be read, unsigned allowed',
      {
        archive: signed({ outcome: 'undecided', code: 'SIGNATURE_UNREAD', reason: 'large' }),
        allowUnsigned: true,
      },
      ['undecided SIGNATURE_UNREAD'],
    ],
  ])('no key: %s', (_name, signatures, expected) =>
    expect(judged({ ...none, ...signatures })).toEqual(expected),
  );
});

describe('signature/stray', () => {
  const facts = aPackage().facts();
  const judged = (...evidence: readonly SignatureEvidence[]) =>
    inShort(runChecks([stray], { ...facts, signatures: byKey(facts, evidence) }));
  it.each<[string, readonly SignatureEvidence[], readonly string[]]>([
    ['nothing else', [valid], ['not-applicable']],
    ['a second signature of somebody else', [valid, invalid], ['fail error TRUST_SIGNATURE_STRAY']],
    [
      'a second signature over something else',
      [valid, refused('SIGNATURE_DIGEST')],
      ['fail error SIGNATURE_DIGEST'],
    ],
    ['a second one that was not read', [valid, unread], ['undecided SIGNATURE_UNREAD']],
    ['only a bad one: that is for signature/archive', [invalid], ['not-applicable']],
  ])('%s', (_name, evidence, expected) => expect(judged(...evidence)).toEqual(expected));
});

describe('signature/members', () => {
  const inBundle: ArchiveFacts = {
    ...aPackage().inBundle(),
    bundle: {
      format: 'legacy' as const,
      definition: undefined,
      nextDefinition: undefined,
      rootDigest: undefined,
      problems: [],
      missing: [],
      unreferenced: [],
    },
  };
  const judged = (signatures: SignatureFacts, packages = inBundle.packages) =>
    inShort(runChecks([members], { ...inBundle, packages, signatures }));
  it.each<[string, readonly SignatureEvidence[], readonly SignatureEvidence[], readonly string[]]>([
    ['signed by the key itself', [valid], [valid], ['pass']],
    [
      'by another key, in a bundle by the key',
      [valid],
      [invalid],
      ['fail error TRUST_SIGNATURE_STRAY'],
    ],
    ['unsigned, in a bundle by the key', [valid], [], ['not-applicable']],
    ['by another key, in an unsigned bundle', [], [invalid], ['undecided SIGNATURE_MISMATCH']],
    ['unsigned, in an unsigned bundle', [], [], ['undecided SIGNATURE_ABSENT']],
    ['unsigned, in a bundle by another key', [invalid], [], ['undecided SIGNATURE_ABSENT']],
  ])('a key given: %s', (_name, archive, of, expected) =>
    expect(judged(byKey(inBundle, archive, of))).toEqual(expected),
  );

  const of = (signature: ArchiveSignature) => new Map([['demo', signature]]);
  it.each<[string, Partial<SignatureFacts>, readonly string[]]>([
    ['signed', { members: of(unjudged), archive: unjudged }, ['undecided SIGNATURE_NO_KEY']],
    ['signed, allowed', { members: of(unjudged), allowUnsigned: true }, ['not-applicable']],
    ['unsigned', {}, ['undecided SIGNATURE_ABSENT']],
    [
      'one that could not be read',
      { members: of(signed({ outcome: 'undecided', code: 'SIGNATURE_UNREAD', reason: 'large' })) },
      ['undecided SIGNATURE_UNREAD'],
    ],
  ])('no key: %s', (_name, signatures, expected) =>
    expect(judged({ ...none, ...signatures })).toEqual(expected),
  );

  it('is undecided where no package could be read, and speaks of no package alone', () => {
    expect(judged({ ...none, key }, [])).toEqual(['undecided']);
    expect(inShort(runChecks([members], aPackage().facts()))).toEqual(['not-applicable']);
  });
});
