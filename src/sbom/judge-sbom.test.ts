import { describe, expect, it } from 'vitest';
import { type JudgedAgainst, judgeSbom, scoreOf } from './judge-sbom.ts';
import type { ReadComponent, ReadSbom } from './read-sbom.ts';

const component: ReadComponent = {
  ref: 'a',
  name: 'libc6',
  version: '2.36',
  supplier: 'Debian',
  purl: 'pkg:deb/debian/libc6@2.36?arch=amd64',
  hasIdentifier: true,
  hasHash: true,
  licences: ['MIT'],
};
const good: ReadSbom = {
  format: 'cyclonedx',
  specVersion: '1.6',
  authors: ['Somebody'],
  tools: ['maker 1.0'],
  timestamp: '2026-03-01T00:00:00Z',
  phase: 'build',
  identifier: 'urn:uuid:1',
  subjects: [],
  completeness: 'complete',
  components: [component],
  dangling: 0,
};
const against: JudgedAgainst = {
  schemaFaults: [],
  now: new Date('2026-03-11T00:00:00Z'),
  maxAgeDays: 10,
};
/** Rules that are not kept. */
const broken = (sbom: Partial<ReadSbom>, other: Partial<JudgedAgainst> = {}): readonly string[] =>
  judgeSbom({ ...good, ...sbom }, { ...against, ...other }).flatMap(({ id, outcome }) =>
    outcome === 'pass' ? [] : [`${id} ${outcome}`],
  );
const changed = (change: Partial<ReadComponent>): Partial<ReadSbom> => ({
  components: [{ ...component, ...change }],
});

describe('the elements that are demanded of an SBOM', () => {
  it('are all there', () => {
    expect(broken({})).toEqual([]);
    const rules = judgeSbom(good, against);
    expect(scoreOf(rules)).toEqual({
      score: 10,
      decided: rules.length,
      rules: rules.length,
      scoreOfDecided: 10,
    });
  });

  it.each([
    ['no author', { authors: [] }, ['DOC-02 fail']],
    ['no time', { timestamp: undefined }, ['DOC-03 fail', 'DOC-11 undecided']],
    ['a time that is none', { timestamp: 'soon' }, ['DOC-03 fail', 'DOC-11 undecided']],
    ['a time to come', { timestamp: '2026-03-12T00:00:00Z' }, ['DOC-03 fail']],
    ['one second too old', { timestamp: '2026-02-28T23:59:59Z' }, ['DOC-11 fail']],
    ['a tool without version', { tools: ['maker'] }, ['DOC-04 fail']],
    ['no tool', { tools: [] }, ['DOC-04 fail']],
    ['no stage', { phase: undefined }, ['DOC-05 fail']],
    ['no name of its own', { identifier: undefined }, ['DOC-06 fail']],
    ['no word of how complete it is', { completeness: undefined }, ['DOC-08 fail']],
    ['no name', changed({ name: '' }), ['CMP-01 fail']],
    ['no version', changed({ version: '' }), ['CMP-02 fail']],
    ['no supplier', changed({ supplier: '' }), ['CMP-03 fail']],
    ['no identifier', changed({ hasIdentifier: false, purl: '' }), ['CMP-04 fail']],
    ['an identifier that is no package URL', changed({ purl: 'deb/libc6' }), ['CMP-04 fail']],
    ['another identifier', changed({ purl: '' }), []],
    ['no digest', changed({ hasHash: false }), ['CMP-05 fail']],
    ['no licence', changed({ licences: [] }), ['CMP-06 fail']],
    ['one licence in words', changed({ licences: ['MIT', 'as is, ask'] }), ['CMP-06 fail']],
    [
      'nothing listed',
      { components: [] },
      ['01', '02', '03', '04', '05', '06'].map((number) => `CMP-${number} undecided`),
    ],
    ['a relation to nothing', { dangling: 1 }, ['CMP-07 fail']],
    ['two of one reference', { components: [component, component] }, ['CMP-10 fail']],
  ])('%s', (_name, sbom, expected) => {
    expect(broken(sbom)).toEqual(expected);
  });

  it('the schema counts where there is one', () => {
    expect(broken({}, { schemaFaults: ['/x is wrong'] })).toEqual(['DOC-01 fail']);
    expect(broken({}, { schemaFaults: undefined })).toEqual(['DOC-01 undecided']);
  });

  it('weighs rules alike, and is never better than what was looked at', () => {
    const rule = { id: 'x', title: '', profiles: [] };
    const half = { ...rule, outcome: 'fail', kept: 1, of: 4 } as const;
    const kept = { ...rule, outcome: 'pass', kept: 1, of: 1 } as const;
    const open = { ...rule, outcome: 'undecided', kept: 3, of: 3 } as const;
    const nothing = { ...rule, outcome: 'pass', kept: 0, of: 0 } as const;
    expect(scoreOf([half, kept, open, nothing])).toEqual({
      ...{ score: 4.1, decided: 2, rules: 3, scoreOfDecided: 6.2 },
    });
    expect(scoreOf([kept, { ...half, kept: 999, of: 1000 }])).toMatchObject({ score: 9.9 });
    expect(scoreOf([open])).toEqual({ score: 0, decided: 0, rules: 1 });
    expect(scoreOf([])).toEqual({ score: 0, decided: 0, rules: 0 });
  });

  it('has no full score where nothing is listed, or where no schema is there', () => {
    const rules = judgeSbom({ ...good, components: [] }, { ...against, schemaFaults: undefined });
    expect(scoreOf(rules)).toMatchObject({ score: 5.6, decided: 9, rules: 16, scoreOfDecided: 10 });
  });

  it('names five that break a rule, and says how many more', () => {
    const components = Array.from({ length: 7 }, (_, at) => ({
      ...component,
      ref: `${at}`,
      name: `p${at}`,
      hasHash: at === 0,
    }));
    const rules = judgeSbom({ ...good, components }, against);
    expect(rules.find(({ id }) => id === 'CMP-05')).toMatchObject({
      kept: 1,
      of: 7,
      detail: 'p1, p2, p3, p4, p5, and 1 more',
    });
  });
});
