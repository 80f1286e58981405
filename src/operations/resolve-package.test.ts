import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { Run } from '../support/run.ts';
import { type ResolvedPackage, type ResolveRequest, resolvePackage } from './resolve-package.ts';
import { inputPath } from './resolved-package.ts';

const run: Run = { signal: new AbortController().signal };

function resolve(
  files: Readonly<Record<string, string>>,
  extra: Partial<ResolveRequest> = {},
): Promise<ResolvedPackage> {
  const request = {
    definitionPath: 'p',
    architecture: 'amd64',
    payloads: [],
    allowActions: false,
    ...extra,
  };
  return resolvePackage(request, { workspace: new MemoryWorkspace(files) }, run);
}

/** A definition with these components, as YAML that is also JSON. */
function definition(components: readonly unknown[], extra: object = {}): string {
  return JSON.stringify({
    kind: 'ZarfPackageConfig',
    metadata: { name: 'demo', version: '1.0.0' },
    components,
    ...extra,
  });
}

const target = { namespace: 'a', selector: 'b', container: 'c', path: '/d' };
const withAction = {
  name: 'a',
  dataInjections: [{ source: '.model/', target }],
  actions: { onCreate: { before: [{ cmd: 'fetch' }] } },
};

describe('resolvePackage', () => {
  it('keeps what fits architecture and flavor, and lists images and inputs', async () => {
    const text = definition([
      { name: 'a', only: { flavor: 'cpu' }, images: ['x:1', 'y:1'] },
      { name: 'a', only: { flavor: 'gpu' }, images: ['z:1'] },
      { name: 'b', only: { cluster: { architecture: 'arm64' } }, images: ['z:1'] },
      { name: 'c', images: ['x:1'], files: [{ source: 'n.txt', target: '/n' }] },
    ]);
    const resolved = await resolve({ 'p/zarf.yaml': text, 'p/n.txt': 'n' }, { zarfFlavor: 'cpu' });
    expect(resolved.definition.components.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(resolved.images).toEqual(['x:1', 'y:1']);
    expect(resolved.localInputs).toEqual([{ path: 'p/n.txt', kind: 'file' }]);
    expect(resolved.definition.metadata.architecture).toBe('amd64');
  });

  it('fills templates before the definition is judged', async () => {
    const text = definition([{ name: 'a', images: ['x:###ZARF_PKG_TMPL_V###'] }]);
    expect((await resolve({ 'p/zarf.yaml': text }, { set: { V: '1.10' } })).images).toEqual([
      'x:1.10',
    ]);
    await expect(resolve({ 'p/zarf.yaml': text })).rejects.toMatchObject({
      code: 'PACK_TEMPLATE_MISSING',
    });
  });

  it('merges imports and moves their paths', async () => {
    const files = {
      'p/zarf.yaml': definition([{ name: 'a', import: { path: '../lib', name: 'base' } }], {
        variables: [{ name: 'V', default: 'mine' }],
      }),
      'lib/zarf.yaml': definition([{ name: 'base', import: { path: 'deep' } }], {
        variables: [{ name: 'V', default: 'theirs' }, { name: 'W' }],
      }),
      'lib/deep/zarf.yaml': definition([
        {
          name: 'base',
          files: [{ source: 'f.txt', target: '/f' }],
          charts: [{ name: 'c', namespace: 'n', version: '1.0.0', localPath: 'chart' }],
        },
      ]),
      'lib/deep/f.txt': 'f',
      'lib/deep/chart/Chart.yaml': '',
    };
    const resolved = await resolve(files);
    const [component] = resolved.definition.components;
    expect(component).toMatchObject({
      name: 'a',
      files: [{ source: '../lib/deep/f.txt' }],
      charts: [{ localPath: '../lib/deep/chart' }],
    });
    expect(component).not.toHaveProperty('import');
    expect(inputPath(resolved, '../lib/deep/f.txt')).toBe('lib/deep/f.txt');
    expect(resolved.definition.variables?.map(({ name, default: value }) => [name, value])).toEqual(
      [
        ['V', 'mine'],
        ['W', undefined],
      ],
    );
  });

  it('puts values files of imports before its own, each once', async () => {
    const own = { values: { files: ['v.yaml', '../lib/shared.yaml'] } };
    const theirs = { values: { files: ['shared.yaml'] } };
    const resolved = await resolve({
      'p/zarf.yaml': definition(
        [
          { name: 'a', import: { path: '../lib' } },
          { name: 'b', import: { path: '../lib' } },
        ],
        own,
      ),
      'p/v.yaml': '',
      'lib/zarf.yaml': definition(
        [
          { name: 'a', images: ['x:1'] },
          { name: 'b', images: ['x:1'] },
        ],
        theirs,
      ),
      'lib/shared.yaml': '',
    });
    expect(resolved.definition.values?.files).toEqual(['../lib/shared.yaml', 'v.yaml']);
  });

  it('leaves the source of a chart to what is imported', async () => {
    const files = {
      'p/zarf.yaml': definition([
        {
          name: 'a',
          import: { path: '../lib' },
          charts: [{ name: 'c', valuesFiles: ['v.yaml'] }],
        },
      ]),
      'p/v.yaml': '',
      'lib/zarf.yaml': definition([
        {
          name: 'a',
          charts: [
            {
              name: 'c',
              namespace: 'n',
              version: '1.0.0',
              localPath: 'chart',
              valuesFiles: ['b.yaml'],
            },
          ],
        },
      ]),
      'lib/b.yaml': '',
      'lib/chart/Chart.yaml': 'name: c',
    };
    const [component] = (await resolve(files)).definition.components;
    expect(component?.charts).toEqual([
      {
        name: 'c',
        namespace: 'n',
        version: '1.0.0',
        localPath: '../lib/chart',
        valuesFiles: ['../lib/b.yaml', 'v.yaml'],
      },
    ]);
    const remote = {
      ...files,
      'p/zarf.yaml': definition([
        {
          name: 'a',
          import: { path: '../lib' },
          charts: [{ name: 'c', url: 'https://charts.example.com' }],
        },
      ]),
    };
    // Both name a source of the one chart.
    await expect(resolve(remote)).rejects.toMatchObject({ code: 'PACK_DEFINITION_INVALID' });
    const nowhere = {
      ...files,
      'lib/zarf.yaml': definition([{ name: 'a', charts: [{ name: 'c', namespace: 'n' }] }]),
    };
    await expect(resolve(nowhere)).rejects.toMatchObject({ code: 'PACK_DEFINITION_INVALID' });
  });

  it('lets a payload stand in for an action, and for the file it would make', async () => {
    const files = { 'p/zarf.yaml': definition([withAction]) };
    const resolved = await resolve(files, { payloads: [{ source: '.model', path: 'weights' }] });
    expect(resolved.onCreateActions).toMatchObject([
      { component: 'a', stage: 'before', command: 'fetch', replacedBy: '.model' },
    ]);
    expect(resolved.localInputs).toEqual([{ path: 'weights', kind: 'data' }]);
    expect((await resolve(files, { allowActions: true })).onCreateActions).toEqual([
      { component: 'a', stage: 'before', command: 'fetch' },
    ]);
  });

  it('turns setVariable into setVariables, as the built definition says', async () => {
    const text = definition([
      { name: 'a', actions: { onDeploy: { after: [{ cmd: 'x', setVariable: 'V' }] } } },
    ]);
    const [component] = (await resolve({ 'p/zarf.yaml': text })).definition.components;
    expect(component?.actions?.onDeploy?.after).toEqual([
      { cmd: 'x', setVariables: [{ name: 'V' }] },
    ]);
  });

  it.each<[string, string, Readonly<Record<string, string>>, Partial<ResolveRequest>]>([
    [
      'actions without leave',
      'PACK_ACTIONS_REFUSED',
      { 'p/zarf.yaml': definition([{ name: 'a', actions: withAction.actions }]) },
      {},
    ],
    [
      'a payload nobody names',
      'PACK_PAYLOAD_UNUSED',
      { 'p/zarf.yaml': definition([{ name: 'a', images: ['x:1'] }]) },
      { payloads: [{ source: 'x', path: 'y' }] },
    ],
    [
      'a missing file',
      'PACK_INPUT_MISSING',
      { 'p/zarf.yaml': definition([{ name: 'a', files: [{ source: 'n', target: 'n' }] }]) },
      {},
    ],
    [
      'a missing document',
      'PACK_INPUT_MISSING',
      {
        'p/zarf.yaml': definition([{ name: 'a', images: ['x:1'] }], {
          documentation: { readme: 'no.md' },
        }),
      },
      {},
    ],
    ['no definition', 'PACK_INPUT_MISSING', { 'q/x': '' }, {}],
    ['broken YAML', 'PACK_DEFINITION_INVALID', { 'p/zarf.yaml': 'kind: [\n' }, {}],
    [
      'two components of one name',
      'PACK_DEFINITION_INVALID',
      { 'p/zarf.yaml': definition([{ name: 'a' }, { name: 'a' }]) },
      {},
    ],
    [
      'nothing for this architecture',
      'PACK_NOTHING_LEFT',
      { 'p/zarf.yaml': definition([{ name: 'a', only: { cluster: { architecture: 'arm64' } } }]) },
      {},
    ],
    [
      'what is not built here',
      'PACK_UNSUPPORTED',
      { 'p/zarf.yaml': definition([{ name: 'a', scripts: { before: ['x'] } }]) },
      {},
    ],
    [
      'a repository that is not fetched by HTTPS',
      'PACK_UNSUPPORTED',
      { 'p/zarf.yaml': definition([{ name: 'a', repos: ['git://example.com/a.git'] }]) },
      {},
    ],
    [
      'a chart of such a repository',
      'PACK_UNSUPPORTED',
      {
        'p/zarf.yaml': definition([
          {
            name: 'a',
            charts: [{ name: 'c', namespace: 'n', version: '1.0.0', url: 'file:///c.git' }],
          },
        ]),
      },
      {},
    ],
    [
      'an init package',
      'PACK_UNSUPPORTED',
      { 'p/zarf.yaml': definition([{ name: 'a' }], { kind: 'ZarfInitConfig' }) },
      {},
    ],
    [
      'a package for connected clusters',
      'PACK_UNSUPPORTED',
      { 'p/zarf.yaml': definition([{ name: 'a' }], { metadata: { name: 'a', yolo: true } }) },
      {},
    ],
    [
      'an import of nothing',
      'PACK_IMPORT_INVALID',
      { 'p/zarf.yaml': definition([{ name: 'a', import: { path: '../q' } }]) },
      {},
    ],
    [
      'an import of an unknown component',
      'PACK_IMPORT_INVALID',
      {
        'p/zarf.yaml': definition([{ name: 'a', import: { path: '../q' } }]),
        'q/zarf.yaml': definition([{ name: 'b' }]),
      },
      {},
    ],
    [
      'an import of a component that is there twice',
      'PACK_DEFINITION_INVALID',
      {
        'p/zarf.yaml': definition([{ name: 'a', import: { path: '../q' } }]),
        'q/zarf.yaml': definition([
          { name: 'a', images: ['x:1'], only: { cluster: { architecture: 'amd64' } } },
          { name: 'a', images: ['y:1'], only: { flavor: '' } },
        ]),
      },
      {},
    ],
    [
      'an import that leads back',
      'PACK_IMPORT_INVALID',
      {
        'p/zarf.yaml': definition([{ name: 'a', import: { path: '../q' } }]),
        'q/zarf.yaml': definition([{ name: 'a', import: { path: '../p' } }]),
      },
      {},
    ],
    [
      'a schema in an import',
      'PACK_UNSUPPORTED',
      {
        'p/zarf.yaml': definition([{ name: 'a', import: { path: '../q' } }]),
        'q/zarf.yaml': definition([{ name: 'a' }], { values: { schema: 's.json' } }),
      },
      {},
    ],
  ])('refuses %s', async (_name, code, files, extra) => {
    await expect(resolve(files, extra)).rejects.toMatchObject({ code });
  });

  it('names the package that would run commands, and the flag that lets it', async () => {
    await expect(
      resolve({ 'p/zarf.yaml': definition([{ name: 'a', actions: withAction.actions }]) }, {}),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/^package '[^']+' would run/),
      suggestions: expect.arrayContaining([expect.stringContaining('--run-actions')]),
    });
  });

  it('says where in which file', async () => {
    const text =
      'kind: ZarfPackageConfig\nmetadata:\n  name: a\ncomponents:\n  - name: a\n    files:\n      - source: n.txt\n        target: n\n';
    await expect(resolve({ 'p/zarf.yaml': text })).rejects.toThrow('p/zarf.yaml:7:17');
  });

  it('judges charts as imports left them', async () => {
    const files = {
      'p/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: p, version: 1.0.0 }
components:
  - name: one
    required: true
    charts: [{ name: nowhere, localPath: chart, version: 1.0.0 }]
    import: { path: ../other }
`,
      'other/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: other }
components:
  - name: one
    required: true
    images: [example.com/a:1]
`,
      'p/chart/Chart.yaml': 'apiVersion: v2\nname: nowhere\nversion: 1.0.0\n',
    };
    await expect(
      resolvePackage(
        { definitionPath: 'p', architecture: 'amd64', payloads: [], allowActions: false },
        { workspace: new MemoryWorkspace(files) },
        { signal: new AbortController().signal },
      ),
    ).rejects.toMatchObject({
      code: 'PACK_DEFINITION_INVALID',
      message: expect.stringContaining("'nowhere' has no namespace"),
    });
  });
});
