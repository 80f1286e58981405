import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import {
  aMaterial,
  holding,
  judgedWith,
  provenanceOf,
} from '../../../test/support/a-provenance.ts';
import type { Provenance } from '../../attestation/provenance.ts';
import { digestOf } from '../../oci/digest.ts';
import { linkCauses } from '../find-causes.ts';
import { runChecks } from '../run-checks.ts';
import { provenanceMaterials } from './materials.ts';
import { provenanceSubject } from './subject.ts';

const contents = { 'note/charts/api-1.0.0.tgz': 'chart', 'note/manifests/a-0.yaml': 'kind: X' };
const facts = holding(aPackage().image().facts(), contents);
const made = provenanceOf(facts);
const bundle = aBundle().holding('app').holding('other').facts();
const madeBundle = provenanceOf(bundle);
const digest = digestOf(Buffer.from('something else'));

const judged = (change: Partial<Provenance>, of = facts, from = made) =>
  judgedWith(provenanceMaterials, of, { ...from, ...change });
/** Whole results. */
const told = (change: Partial<Provenance>, of = facts, from = made) =>
  runChecks([provenanceMaterials], {
    ...of,
    provenance: {
      demands: { required: false },
      statements: [
        {
          ...({ state: 'believed', location: 'a.intoto.jsonl', signers: [] } as const),
          provenance: { ...from, ...change },
        },
      ],
    },
  });
const without = (kind: string, from = made) => ({
  resolvedDependencies: from.resolvedDependencies.filter(
    ({ annotations }) => annotations?.['kind'] !== kind,
  ),
});
const absent = 'fail error PROVENANCE_MATERIAL_ABSENT';
const unnamed = 'fail error PROVENANCE_MATERIAL_UNNAMED';
const other = 'fail error PROVENANCE_MATERIAL_OTHER';

describe('provenance/materials', () => {
  it('passes what holds exactly what is named', () => {
    expect(judged({})).toEqual(['pass']);
    expect(judged({}, bundle, madeBundle)).toEqual(['pass']);
  });

  it.each(['image', 'chart', 'manifest'])('tells of one %s that is not named', (kind) => {
    expect(judged(without(kind))).toEqual([unnamed]);
  });

  it.each(['image', 'chart'])('tells of one %s that is named without a SHA-256', (kind) => {
    const resolvedDependencies = made.resolvedDependencies.map(({ digest: own, ...rest }) => ({
      ...rest,
      digest: rest.annotations?.['kind'] === kind ? { sha512: 'aa' } : { ...own },
    }));
    const [{ code, message } = {}] = told({ resolvedDependencies });
    expect({ code, message }).toEqual({
      code: 'PROVENANCE_MATERIAL_UNNAMED',
      message: expect.stringMatching(/ is in the archive and named without a SHA-256$/),
    });
  });

  it('counts what it compared, and what is named so that nothing can be', () => {
    const all = 'all 5 things compared are there as named, and no others';
    expect(told({})).toMatchObject([{ outcome: 'pass', message: all }]);
    const { name: _name, ...nameless } = aMaterial('image', 'x', digest);
    const resolvedDependencies = [
      ...made.resolvedDependencies,
      { name: 'example.com/gone:1', annotations: { kind: 'image' } },
      nameless,
      aMaterial('chart', 'of no component', digest),
      aMaterial('definition', 'zarf.yaml', digest),
    ];
    expect(told({ resolvedDependencies })).toMatchObject([
      { outcome: 'pass', message: `${all}; 3 without SHA-256 or name not compared` },
    ]);
  });

  it('leaves open what names nothing to compare, and members that could not be told', () => {
    const { members: _members, ...untold } = bundle.bundle ?? expect.fail('a bundle');
    const unread = { ...bundle, bundle: untold };
    expect(told(without('package', madeBundle), unread, madeBundle)).toMatchObject([
      { outcome: 'undecided', message: 'nothing it names could be compared' },
    ]);
    const one = { resolvedDependencies: [{ annotations: { kind: 'package' } }] };
    expect(told(one, unread, madeBundle)).toMatchObject([
      {
        outcome: 'undecided',
        message: 'nothing it names could be compared; 1 without SHA-256 or name not compared',
      },
    ]);
    expect(judged({}, unread, madeBundle)).toEqual(
      Array(2).fill('undecided PROVENANCE_MATERIAL_UNSEEN'),
    );
  });

  it('tells of tars and lists that are not named', () => {
    expect(judged({ byproducts: [] })).toEqual([unnamed, unnamed]);
    expect(judged({ byproducts: made.byproducts.slice(1) })).toEqual([unnamed]);
  });

  it.each([
    ['an image', aMaterial('image', 'example.com/gone:1', digest)],
    ['a chart', aMaterial('chart', 'c', digest, { component: 'note', path: 'charts/c.tgz' })],
    ['a values file', aMaterial('values', 'v', digest, { component: 'x', path: 'values/v-0' })],
  ])('tells of %s that is named and not there', (_what, material) => {
    const resolvedDependencies = [...made.resolvedDependencies, material];
    expect(judged({ resolvedDependencies })).toEqual([absent]);
  });

  it.each(['image', 'chart', 'manifest'])('tells of one %s of other content', (kind) => {
    const resolvedDependencies = made.resolvedDependencies.map((each) =>
      each.annotations?.['kind'] === kind ? { ...each, digest: { sha256: digest.slice(7) } } : each,
    );
    expect(judged({ resolvedDependencies })).toEqual([other]);
  });

  it('tells of a tar of other content', () => {
    const byproducts = made.byproducts.map((each) => ({
      ...each,
      digest: { sha256: digest.slice(7) },
    }));
    expect(judged({ byproducts })).toEqual([other, other]);
  });

  it('passes definitions, sources and payloads, which the archive does not hold as they were', () => {
    const more = ['source', 'payload', 'base-image', 'image-file', 'tool'].map((kind) =>
      aMaterial(kind, 'x', digest, { component: 'note', path: 'data/0/x' }),
    );
    const resolvedDependencies = [...made.resolvedDependencies, ...more];
    expect(judged({ resolvedDependencies })).toEqual(['pass']);
  });

  it('of a bundle tells of packages that are not named, not there, or others', () => {
    const packages = madeBundle.resolvedDependencies;
    expect(judged(without('package', madeBundle), bundle, madeBundle)).toEqual([unnamed, unnamed]);
    const more = [...packages, aMaterial('package', 'third#zarf.yaml', digest)];
    expect(judged({ resolvedDependencies: more }, bundle, madeBundle)).toEqual([absent]);
    const changed = packages.map((each) =>
      each.name === 'app#zarf.yaml' ? { ...each, digest: { sha256: digest.slice(7) } } : each,
    );
    expect(judged({ resolvedDependencies: changed }, bundle, madeBundle)).toEqual([other]);
  });

  it('tells once of all that differs where it is about another archive, by that as the cause', () => {
    const elsewhere = aPackage()
      .defining((text) => text.replace('1.0.0', '1.0.1'))
      .image()
      .container({ digest })
      .facts();
    const strange = provenanceOf(holding(elsewhere, { 'note/charts/other-1.0.0.tgz': 'x' }));
    const here = holding(
      aPackage()
        .image()
        .container({ digest: digestOf(Buffer.from('this')) })
        .facts(),
      contents,
    );
    expect(judged({}, here, strange)).toEqual([other]);
    const statement = {
      ...({ state: 'believed', location: 'a.intoto.jsonl', signers: [] } as const),
      provenance: strange,
    };
    const findings = linkCauses(
      runChecks([provenanceMaterials, provenanceSubject], {
        ...here,
        provenance: { demands: { required: false }, statements: [statement] },
      }),
    );
    expect(findings.map(({ followsFrom }) => followsFrom?.code)).toEqual([
      'PROVENANCE_OTHER_SUBJECT',
      undefined,
    ]);
    expect(judged({}, here, { ...strange, ...provenanceOf(here) })).toEqual(['pass']);
  });

  it('tells of the provenance of another kind of archive', () => {
    expect(judged({}, facts, madeBundle)).toEqual(['fail error PROVENANCE_KIND']);
    expect(judged({}, bundle, made)).toEqual(['fail error PROVENANCE_KIND']);
  });

  it('leaves open what was not looked at', () => {
    const large = holding(
      aPackage().image().facts(),
      { 'note/manifests/a-0.yaml': 'kind: X' },
      { tooLarge: ['note/charts/api-1.0.0.tgz'] },
    );
    expect(judged({}, large)).toEqual(['undecided PROVENANCE_MATERIAL_UNSEEN']);
    const broken = holding(aPackage().image().facts(), {}, { fault: 'it ends early' });
    expect(judged({}, broken)).toEqual(Array(2).fill('undecided PROVENANCE_MATERIAL_UNSEEN'));
    const cut = aPackage().image().cutBefore('zarf.yaml').facts();
    expect(judged({}, cut)).toEqual(['undecided']);
    const buildType = 'https://ci.example.org/workflow/v1';
    expect(judged({ buildType })).toEqual(['undecided PROVENANCE_BUILD_TYPE']);
  });

  it('says nothing where there is no provenance', () => {
    expect(judgedWith(provenanceMaterials, facts, undefined)).toEqual(['not-applicable']);
  });
});
