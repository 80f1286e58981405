import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { keptDocument, type ListedRow, withSboms } from '../../../test/support/sbom-documents.ts';
import type { SbomPolicy } from '../../policy/sbom/sbom-policy.ts';
import type { Check } from '../check.ts';
import type { ArchiveFacts } from '../facts.ts';
import { runChecks } from '../run-checks.ts';
import { sbomFresh } from './fresh.ts';
import { sbomLicences } from './licences.ts';
import { sbomPackages } from './packages.ts';
import { sbomPresent } from './present.ts';

const draft = () =>
  aPackage()
    .image()
    .with('sboms.tar', 'x')
    .defining((text) =>
      text.replace(/timestamp: .*/, 'timestamp: Sun, 01 Mar 2026 12:00:00 +0000'),
    );
const manifest =
  aPackage().image().facts().packages[0]?.images?.roots[0]?.manifests[0]?.descriptor.digest ?? '';
const row = (name: string, version = '1', licences: readonly string[] | null = ['MIT']) =>
  [name, version, 'deb', '', licences] satisfies ListedRow;
const listing = (...rows: readonly ListedRow[]): ArchiveFacts =>
  withSboms(draft().facts(), [keptDocument({ manifest }, rows)]);
const without = aPackage().image().facts();
const cut = aPackage().image().with('sboms.tar', 'x').cutBefore('sboms.tar').facts();
const barely = aPackage().with('sboms.tar', 'x').cutBefore('sboms.tar').facts();
const unreadable = withSboms(draft().facts(), [Buffer.from('{\n')]);
const tooMany = withSboms(draft().facts(), [keptDocument({ manifest }, null, { artifacts: 9 })]);

function judged(
  check: Check,
  facts: ArchiveFacts,
  rules: Partial<SbomPolicy> | undefined,
  at: Date | undefined = new Date('2026-03-11T12:00:00Z'),
): readonly string[] {
  const sbomRules =
    rules === undefined ? undefined : { required: false, packages: [], at, ...rules };
  return inShort(runChecks([check], { ...facts, sbomRules }));
}

describe('sbom/present', () => {
  const required = { required: true };
  it.each([
    ['every image has one', listing(), required, ['pass']],
    ['none has', without, required, ['fail error SBOM_ABSENT']],
    [
      'one has not',
      withSboms(draft().image({ name: 'docker.io/library/other:1.0' }).facts(), [
        keptDocument({ manifest }),
      ]),
      required,
      ['fail error SBOM_ABSENT'],
    ],
    ['the policy does not ask', without, {}, ['not-applicable']],
    ['there is no policy', without, undefined, ['not-applicable']],
    ['a package without images needs none', aPackage().facts(), required, ['not-applicable']],
    ['a document cannot be read', unreadable, required, ['undecided']],
    ['reading ended before', cut, required, ['undecided']],
    ['reading ended before any image', barely, required, ['undecided']],
  ])('%s', (_name, facts, rules, expected) => {
    expect(judged(sbomPresent, facts, rules)).toEqual(expected);
  });
});

describe('sbom/fresh', () => {
  const mistimed = withSboms(
    draft()
      .defining((text) => text.replace(/timestamp: .*/, 'timestamp: one of these days'))
      .facts(),
    [],
  );
  const undated = withSboms(
    draft()
      .defining((text) => text.replace(/timestamp: .*/, 'user: somebody'))
      .facts(),
    [],
  );
  it.each([
    ['young enough', listing(), { maxAgeDays: 11 }, undefined, ['pass']],
    ['as old as is borne', listing(), { maxAgeDays: 10 }, undefined, ['pass']],
    ['too old', listing(), { maxAgeDays: 9 }, undefined, ['fail error SBOM_TOO_OLD']],
    ['from days to come', listing(), { maxAgeDays: 9 }, new Date('2026-02-01'), ['undecided']],
    [
      'a little ahead of the clock',
      listing(),
      { maxAgeDays: 9 },
      new Date('2026-03-01T11:00:00Z'),
      ['pass'],
    ],
    ['no time in the package', undated, { maxAgeDays: 9 }, undefined, ['undecided']],
    ['a time that is none', mistimed, { maxAgeDays: 9 }, undefined, ['undecided']],
    ['no SBOMs', without, { maxAgeDays: 9 }, undefined, ['not-applicable']],
    ['no rule', listing(), {}, undefined, ['not-applicable']],
    ['reading ended before', cut, { maxAgeDays: 9 }, undefined, ['undecided']],
  ])('%s', (_name, facts, rules, at, expected) => {
    expect(judged(sbomFresh, facts, rules, at)).toEqual(expected);
  });

  it('is undecided without a date', () => {
    const sbomRules = { required: false, packages: [], maxAgeDays: 9, at: undefined };
    expect(inShort(runChecks([sbomFresh], { ...listing(), sbomRules }))).toEqual(['undecided']);
  });
});

describe('sbom/licences', () => {
  const rules = (unknown: 'pass' | 'undecided' | 'fail' = 'undecided') => ({
    licences: { forbid: ['AGPL-*'], unknown },
  });
  const forbidden = 'fail error SBOM_LICENCE_FORBIDDEN';
  it.each([
    ['all allowed', listing(row('a'), row('b')), rules(), ['pass']],
    ['one forbidden', listing(row('a'), row('b', '1', ['AGPL-3.0-only'])), rules(), [forbidden]],
    ['a choice', listing(row('b', '1', ['AGPL-3.0-only OR MIT'])), rules(), ['pass']],
    [
      'the same package in two places',
      listing(row('b', '1', ['AGPL-3.0-only']), row('b', '1', ['AGPL-3.0-only'])),
      rules(),
      [forbidden],
    ],
    [
      'nobody knows',
      listing(row('a'), row('b', '1', [])),
      rules(),
      ['undecided SBOM_LICENCE_UNKNOWN'],
    ],
    [
      'licences that cannot be read',
      listing(row('b', '1', null)),
      rules(),
      ['undecided SBOM_LICENCE_UNKNOWN'],
    ],
    [
      'nobody knows, and that fails',
      listing(row('b', '1', [])),
      rules('fail'),
      ['fail error SBOM_LICENCE_UNKNOWN'],
    ],
    ['nobody knows, and that is borne', listing(row('b', '1', [])), rules('pass'), ['pass']],
    [
      'one that cannot be read',
      withSboms(draft().facts(), [keptDocument({ manifest }, [row('a')], { unread: 1 })]),
      rules(),
      ['undecided'],
    ],
    [
      'files of a component',
      withSboms(draft().facts(), [
        keptDocument({ manifest }, [row('a')]),
        keptDocument({}, [row('b', '1', ['AGPL-3.0-only'])]),
      ]),
      rules(),
      [forbidden, 'pass'],
    ],
    ['more than is kept', tooMany, rules(), ['undecided']],
    ['no SBOM', without, rules(), ['undecided']],
    ['a document cannot be read', unreadable, rules(), ['undecided']],
    ['reading ended before', cut, rules(), ['undecided']],
    ['reading ended before any image', barely, rules(), ['undecided']],
    ['nothing to look at', aPackage().facts(), rules(), ['not-applicable']],
    ['no rule', listing(row('b', '1', ['AGPL-3.0-only'])), {}, ['not-applicable']],
  ])('%s', (_name, facts, policy, expected) => {
    expect(judged(sbomLicences, facts, policy)).toEqual(expected);
  });

  it('tells a hundred, and of the rest how many', () => {
    const many = Array.from({ length: 150 }, (_, at) => row(`p${at}`, '1', ['AGPL-3.0-only']));
    const sbomRules = { required: false, packages: [], at: undefined, ...rules() };
    const findings = runChecks([sbomLicences], { ...listing(...many), sbomRules });
    expect(findings).toHaveLength(101);
    expect(findings.map(({ message }) => message)).toContain(
      '50 more packages of it are forbidden, too',
    );
    expect(findings.map(({ subject }) => subject.name)).toContain(
      'docker.io/library/demo:1.0: p0 1',
    );
  });
});

describe('sbom/packages', () => {
  const rules = (rule: object) => ({ packages: [{ name: 'openssl', reason: 'old', ...rule }] });
  const forbidden = 'fail error SBOM_PACKAGE_FORBIDDEN';
  const facts = listing(row('openssl', '3.0.1'), row('other'));
  it.each([
    ['the package', facts, rules({}), [forbidden]],
    ['an older version', facts, rules({ below: '3.0.2' }), [forbidden]],
    ['a version that is new enough', facts, rules({ below: '3.0.1' }), ['pass']],
    ['a name alike', facts, rules({ name: 'openss' }), ['pass']],
    [
      'a version that cannot be compared',
      listing(['openssl', '3', 'java-archive', '', []]),
      rules({ below: '4' }),
      ['undecided SBOM_VERSION_UNKNOWN'],
    ],
    [
      'a rule that cannot be told before one that forbids',
      listing(['openssl', '3', 'java-archive', '', []]),
      { packages: [...rules({ below: '4' }).packages, ...rules({ versions: ['3'] }).packages] },
      [forbidden],
    ],
    ['more than is kept', tooMany, rules({}), ['undecided']],
    ['no SBOM', without, rules({}), ['undecided']],
    ['reading ended before', cut, rules({}), ['undecided']],
    ['reading ended before any image', barely, rules({}), ['undecided']],
    ['nothing to look at', aPackage().facts(), rules({}), ['not-applicable']],
    ['no rule', facts, {}, ['not-applicable']],
  ])('%s', (_name, given, policy, expected) => {
    expect(judged(sbomPackages, given, policy)).toEqual(expected);
  });
});
