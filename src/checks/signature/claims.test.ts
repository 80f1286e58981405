import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { claims } from './claims.ts';
import { legacy } from './legacy.ts';
import { provenanceExemptions } from './provenance-exemptions.ts';

const saying = (build: string) =>
  aPackage().defining((text) => text.replace('build:\n', `build:\n${build}`));
const signed = '  signed: true\n';

describe('signature/claims', () => {
  it.each([
    ['says nothing and carries nothing', aPackage(), ['not-applicable']],
    ['says it is signed and is', saying(signed).with('zarf.bundle.sig', '{}'), ['pass']],
    [
      'says it is signed and is, in the old form',
      saying(signed).with('zarf.yaml.sig', 'AA'),
      ['pass'],
    ],
    ['says it is signed and is not', saying(signed), ['fail error SIGNATURE_TAKEN_AWAY']],
    ['says it is not signed and is not', saying('  signed: false\n'), ['not-applicable']],
    [
      'is signed and does not say so',
      aPackage().with('zarf.bundle.sig', '{}'),
      ['fail warning SIGNATURE_UNANNOUNCED'],
    ],
    [
      'is signed in the old form, which announced nothing',
      aPackage().with('zarf.yaml.sig', 'AA'),
      ['pass'],
    ],
    [
      'says it is signed, and reading ended before',
      saying(signed).with('zarf.bundle.sig', '{}').cutBefore('zarf.bundle.sig'),
      ['undecided'],
    ],
    [
      'has a definition that cannot be read',
      aPackage().tampered('zarf.yaml', 'a: ['),
      ['undecided'],
    ],
    ['was not reached', aPackage().cutBefore(), ['undecided']],
  ])('a package that %s', (_name, draft, expected) =>
    expect(draft.judgedBy(claims)).toEqual(expected),
  );
});

describe('signature/legacy', () => {
  it.each([
    ['no signature', aPackage(), ['not-applicable']],
    ['the present form', aPackage().with('zarf.bundle.sig', '{}'), ['pass']],
    ['the old form', aPackage().with('zarf.yaml.sig', 'AA'), ['fail warning SIGNATURE_OLD_FORM']],
    [
      'both',
      aPackage().with('zarf.bundle.sig', '{}').with('zarf.yaml.sig', 'AA'),
      ['fail warning SIGNATURE_OLD_FORM'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(legacy)).toEqual(expected));
});

describe('signature/provenance-exemptions', () => {
  it.each([
    ['excuses nothing', aPackage(), ['pass']],
    [
      'excuses checksums and signature',
      saying('  provenanceFiles: [checksums.txt, zarf.bundle.sig]\n'),
      ['pass'],
    ],
    [
      'excuses a component',
      saying('  provenanceFiles: [zarf.bundle.sig, components/note.tar]\n'),
      ['fail error PROVENANCE_EXEMPTS'],
    ],
    [
      'excuses two',
      saying('  provenanceFiles: [a, b]\n'),
      ['fail error PROVENANCE_EXEMPTS', 'fail error PROVENANCE_EXEMPTS'],
    ],
    [
      'spells an exempted file another way',
      saying('  provenanceFiles: [./zarf.bundle.sig]\n'),
      ['fail error PROVENANCE_EXEMPTS'],
    ],
    ['cannot be read', aPackage().tampered('zarf.yaml', 'a: ['), ['undecided']],
    ['was not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
  ])('a definition that %s', (_name, draft, expected) =>
    expect(draft.judgedBy(provenanceExemptions)).toEqual(expected),
  );
});
