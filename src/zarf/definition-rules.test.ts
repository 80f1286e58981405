import { describe, expect, it } from 'vitest';
import type { Action, ChartEntry, Component, PackageDefinition } from './definition.ts';
import { definitionRules } from './definition-rules.ts';
import type { RuleStage } from './rule-break.ts';

const of = (members: Partial<PackageDefinition>): PackageDefinition => ({
  kind: 'ZarfPackageConfig',
  metadata: { name: 'demo' },
  components: [{ name: 'api' }],
  ...members,
});
const told = (definition: PackageDefinition, stage: RuleStage = 'authored') =>
  definitionRules(definition, stage).map(({ severity, pointer }) => `${severity} ${pointer}`);
const components = (...list: readonly Component[]) => told(of({ components: list }));
const one = (members: Partial<Component>, stage?: RuleStage) =>
  told(of({ components: [{ name: 'api', ...members }] }), stage);
const chart: ChartEntry = { name: 'web', namespace: 'demo', localPath: 'chart' };
const charts = (members: Partial<ChartEntry>) => one({ charts: [{ ...chart, ...members }] });

describe('rules of the package', () => {
  const yolo = { name: 'demo', yolo: true };
  it.each<[string, Partial<PackageDefinition>, readonly string[]]>([
    ['nothing broken', {}, []],
    ['yolo that brings nothing', { metadata: yolo }, []],
    ['yolo and init', { metadata: yolo, kind: 'ZarfInitConfig' }, ['error /metadata/yolo']],
    [
      'yolo with images',
      { metadata: yolo, components: [{ name: 'a', images: ['b'] }] },
      ['error /components/0/images'],
    ],
    [
      'yolo with image archives',
      {
        metadata: yolo,
        components: [{ name: 'a', imageArchives: [{ path: 'b', images: ['c'] }] }],
      },
      ['error /components/0/imageArchives'],
    ],
    [
      'yolo with repositories',
      { metadata: yolo, components: [{ name: 'a', repos: ['b'] }] },
      ['error /components/0/repos'],
    ],
    [
      'yolo for an architecture',
      { metadata: yolo, components: [{ name: 'a', only: { cluster: { architecture: 'amd64' } } }] },
      ['error /components/0/only/cluster/architecture'],
    ],
    [
      'yolo for distributions',
      { metadata: yolo, components: [{ name: 'a', only: { cluster: { distros: ['k3s'] } } }] },
      ['error /components/0/only/cluster/distros'],
    ],
    [
      'a constant that fits its pattern',
      { constants: [{ name: 'A', value: 'ab', pattern: '^[a-b]+$' }] },
      [],
    ],
    [
      'a constant that does not',
      { constants: [{ name: 'A', value: 'ac', pattern: '^[a-b]+$' }] },
      ['error /constants/0/value'],
    ],
    [
      'a pattern that is none',
      { constants: [{ name: 'A', value: 'a', pattern: '(' }] },
      ['error /constants/0/pattern'],
    ],
    [
      'a pattern Go does not know',
      { constants: [{ name: 'A', value: 'a', pattern: '(?=a)' }] },
      ['error /constants/0/pattern'],
    ],
    [
      'a pattern only Go knows',
      { constants: [{ name: 'A', value: 'a', pattern: '(?i)A' }] },
      ['warning /constants/0/pattern'],
    ],
    [
      'a default that does not fit',
      { variables: [{ name: 'A', default: 'ac', pattern: '^[a-b]+$' }] },
      ['warning /variables/0/default'],
    ],
    [
      'a variable twice',
      { variables: [{ name: 'A' }, { name: 'A' }] },
      ['warning /variables/1/name'],
    ],
  ])('%s', (_name, members, expected) => expect(told(of(members))).toEqual(expected));
});

describe('rules of components', () => {
  const flavor = (name: string): Component => ({ name: 'api', only: { flavor: name } });
  const processor = (architecture: string): Component => ({
    name: 'api',
    only: { cluster: { architecture } },
  });
  const member = (name: string, more: Partial<Component> = {}): Component => ({
    name,
    group: 'g',
    ...more,
  });
  it.each<[string, readonly Component[], readonly string[]]>([
    ['one name for two flavors', [flavor('cpu'), flavor('gpu')], []],
    ['one name for two architectures', [processor('amd64'), processor('arm64')], []],
    ['one name twice', [{ name: 'api' }, { name: 'api' }], ['error /components/1/name']],
    [
      'one name for a flavor and for all',
      [flavor('cpu'), { name: 'api' }],
      ['error /components/1/name'],
    ],
    [
      'a flavor and an architecture that meet',
      [flavor('cpu'), processor('amd64')],
      ['error /components/1/name'],
    ],
    [
      'required and default',
      [{ name: 'a', required: true, default: true }],
      ['error /components/0/default'],
    ],
    [
      'required in a group',
      [member('a', { required: true }), member('b')],
      ['error /components/0/group'],
    ],
    ['a group of two', [member('a', { default: true }), member('b')], []],
    ['a group of one', [member('a')], ['error /components/0/group']],
    [
      'two defaults in a group',
      [member('a', { default: true }), member('b', { default: true })],
      ['error /components/1/default'],
    ],
    [
      'two defaults for two flavors',
      [
        member('a', { default: true, only: { flavor: 'cpu' } }),
        member('b', { default: true, only: { flavor: 'gpu' } }),
      ],
      [],
    ],
  ])('%s', (_name, list, expected) => expect(components(...list)).toEqual(expected));

  it.each<[string, Partial<Component>, readonly string[]]>([
    ['an import by path', { import: { path: '../a' } }, []],
    ['an import of nothing', { import: {} }, ['error /components/0/import']],
    ['an import of two', { import: { path: 'a', url: 'oci://a' } }, ['error /components/0/import']],
    ['an absolute import', { import: { path: '/a' } }, ['error /components/0/import/path']],
    [
      'an import by template',
      { import: { path: '###ZARF_PKG_TMPL_A###' } },
      ['error /components/0/import/path'],
    ],
    [
      'overrides of an import',
      {
        import: { path: 'a' },
        charts: [{ name: 'web', namespace: 'b' }],
        manifests: [{ name: 'c' }],
      },
      [],
    ],
    ['a chart twice', { charts: [chart, chart] }, ['error /components/0/charts/1/name']],
    [
      'a manifest twice',
      {
        manifests: [
          { name: 'a', files: ['b'] },
          { name: 'a', files: ['b'] },
        ],
      },
      ['error /components/0/manifests/1/name'],
    ],
    ['a manifest of nothing', { manifests: [{ name: 'a' }] }, ['error /components/0/manifests/0']],
    ['a manifest of kustomizations', { manifests: [{ name: 'a', kustomizations: ['b'] }] }, []],
    ['a manifest name of 40', { manifests: [{ name: 'a'.repeat(40), files: ['b'] }] }, []],
    [
      'a manifest name of 41',
      { manifests: [{ name: 'a'.repeat(41), files: ['b'] }] },
      ['error /components/0/manifests/0/name'],
    ],
    [
      'an empty manifest name',
      { manifests: [{ name: '', files: ['b'] }] },
      ['error /components/0/manifests/0/name'],
    ],
    [
      'an image listed and in an archive',
      { images: ['a'], imageArchives: [{ path: 'b', images: ['a'] }] },
      ['error /components/0/imageArchives/0/images/0'],
    ],
    [
      'an image in two archives',
      {
        imageArchives: [
          { path: 'b', images: ['a'] },
          { path: 'c', images: ['a'] },
        ],
      },
      ['error /components/0/imageArchives/1/images/0'],
    ],
    ['an image twice in one archive', { imageArchives: [{ path: 'b', images: ['a', 'a'] }] }, []],
  ])('%s', (_name, members, expected) => expect(one(members)).toEqual(expected));

  it('judges what an import became as a whole', () => {
    const merged = { charts: [{ name: 'web' }], manifests: [{ name: 'c' }] };
    expect(one({ import: { path: 'a' }, ...merged })).toEqual([]);
    expect(one(merged, 'resolved')).toEqual([
      'error /components/0/charts/0',
      'error /components/0/charts/0',
      'error /components/0/charts/0',
      'error /components/0/manifests/0',
    ]);
  });
});

describe('rules of charts', () => {
  const { localPath: _local, ...bare } = chart;
  it.each<[string, Partial<ChartEntry>, readonly string[]]>([
    ['a local one', {}, []],
    ['two sources', { url: 'oci://a' }, ['error /components/0/charts/0/localPath']],
    ['a long name', { name: 'a'.repeat(41) }, ['error /components/0/charts/0/name']],
    ['a name that makes no release', { name: 'Web' }, ['error /components/0/charts/0/name']],
    ['the same with a release name', { name: 'Web', releaseName: 'web' }, []],
    [
      'a release name that is none',
      { releaseName: '1web' },
      ['error /components/0/charts/0/releaseName'],
    ],
    ['a release name of 63', { releaseName: 'a'.repeat(63) }, []],
    [
      'a release name of 64',
      { releaseName: 'a'.repeat(64) },
      ['error /components/0/charts/0/releaseName'],
    ],
    ['no namespace', { namespace: '' }, ['error /components/0/charts/0']],
    [
      'a branch left out',
      { values: [{ sourcePath: '.a', targetPath: '.b', excludePaths: ['.a.c'] }] },
      [],
    ],
    [
      'a branch of all left out',
      { values: [{ sourcePath: '.', targetPath: '.b', excludePaths: ['.a'] }] },
      [],
    ],
    [
      'all left out',
      { values: [{ sourcePath: '.a', targetPath: '.b', excludePaths: ['.a'] }] },
      ['error /components/0/charts/0/values/0/excludePaths/0'],
    ],
    [
      'a neighbour left out',
      { values: [{ sourcePath: '.a', targetPath: '.b', excludePaths: ['.ab.c'] }] },
      ['error /components/0/charts/0/values/0/excludePaths/0'],
    ],
  ])('%s', (_name, members, expected) => expect(charts(members)).toEqual(expected));

  it.each<[string, ChartEntry, readonly string[]]>([
    ['no source', bare, ['error /components/0/charts/0', 'error /components/0/charts/0']],
    [
      'a fetched one without a version',
      { ...bare, url: 'oci://a' },
      ['error /components/0/charts/0'],
    ],
    ['a fetched one', { ...bare, url: 'oci://a', version: '1.0.0' }, []],
  ])('%s', (_name, entry, expected) => expect(one({ charts: [entry] })).toEqual(expected));
});

describe('rules of actions', () => {
  const cluster = { kind: 'Pod', name: 'a' };
  const network = { protocol: 'tcp', address: 'a:1' };
  it.each<[string, 'onCreate' | 'onDeploy' | 'onRemove', Action, readonly string[]]>([
    ['a command', 'onDeploy', { cmd: 'a', setVariables: [{ name: 'A' }], template: true }, []],
    [
      'variables when creating',
      'onCreate',
      { cmd: 'a', setVariables: [{ name: 'A' }] },
      ['setVariables'],
    ],
    ['a variable when creating', 'onCreate', { cmd: 'a', setVariable: 'A' }, ['setVariable']],
    [
      'variables when removing',
      'onRemove',
      { cmd: 'a', setVariables: [{ name: 'A' }] },
      ['setVariables'],
    ],
    ['no variables when creating', 'onCreate', { cmd: 'a', setVariables: [] }, []],
    ['a template when creating', 'onCreate', { cmd: 'a', template: true }, ['template']],
    ['no template when creating', 'onCreate', { cmd: 'a', template: false }, []],
    ['values when creating', 'onCreate', { cmd: 'a', setValues: [{ key: '.a' }] }, ['setValues']],
    ['waiting for the cluster', 'onDeploy', { wait: { cluster } }, []],
    ['waiting and a command', 'onDeploy', { cmd: 'a', wait: { network } }, ['wait']],
    ['waiting for two', 'onDeploy', { wait: { cluster, network } }, ['wait']],
    ['waiting for nothing', 'onDeploy', { wait: {} }, ['wait']],
  ])('%s', (_name, stage, action, expected) => {
    for (const moment of ['before', 'after', 'onSuccess', 'onFailure'] as const) {
      const found = one({ actions: { [stage]: { [moment]: [action] } } });
      const at = `/components/0/actions/${stage}/${moment}/0`;
      const severity = expected[0] === 'setValues' ? 'warning' : 'error';
      expect(found).toEqual(expected.map((member) => `${severity} ${at}/${member}`));
    }
  });
});
