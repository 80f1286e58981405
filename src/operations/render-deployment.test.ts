import { describe, expect, it } from 'vitest';
import type { ChartEntry, PackageDefinition } from '../zarf/definition.ts';
import { RenderedDeployment, type RenderingContext } from './render-deployment.ts';

const run = { signal: new AbortController().signal };
const definition: PackageDefinition = {
  kind: 'ZarfPackageConfig',
  metadata: { name: 'p', version: '1.0.0' },
  components: [],
  variables: [{ name: 'SIZE', default: '7Gi' }, { name: 'OPEN' }],
  constants: [{ name: 'PORT', value: '80' }],
};
const bytes = (text: string): Uint8Array => Buffer.from(text);
const show =
  'kind: A\nmetadata: { name: x }\nvalue: {{ toJson .Values }}\nns: {{ .Release.Namespace }}\n';

interface Given extends Partial<RenderingContext> {
  readonly files?: Readonly<Record<string, string>>;
  readonly chart?: Partial<ChartEntry>;
  readonly valuesFiles?: readonly string[];
  readonly templated?: readonly string[];
}

async function deployment({
  files = {},
  chart,
  valuesFiles = [],
  templated = [],
  ...context
}: Given) {
  const made = new RenderedDeployment({ definition, ...context });
  const texts = {
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'templates/a.yaml': show,
    ...files,
  };
  await made.takeChart(
    {
      component: 'comp',
      chart: { name: 'c', namespace: 'own', ...chart },
      folder: 'f',
      files: new Map(Object.entries(texts).map(([path, text]) => [path, bytes(text)])),
      valuesFiles: valuesFiles.map((text, index) => ({ path: `v${index}`, bytes: bytes(text) })),
      templatedValuesFiles: templated.map((text, index) => ({
        path: `t${index}`,
        bytes: bytes(text),
      })),
    },
    run,
  );
  return made;
}

const valuesOf = async (given: Given): Promise<unknown> => {
  const { objects, unread } = await deployment(given);
  expect(unread).toEqual([]);
  return objects[0]?.value['value'];
};

const set = (settings: readonly { path: string; value: unknown }[], more = {}) => ({
  deployed: { charts: new Map([['comp/c', { settings, unknown: [], ...more }]]) },
});

describe('values, in the order that counts', () => {
  const files = { 'values.yaml': 'a: 1\nm: { x: 1, w: 1 }\n' };
  it.each<[string, Given, unknown]>([
    ['defaults of the chart', { files }, { a: 1, m: { x: 1, w: 1 } }],
    [
      'values files, the later over the earlier',
      { files, valuesFiles: ['a: 2\nm: { x: 2 }', 'm: { x: 3 }'] },
      { a: 2, m: { x: 3, w: 1 } },
    ],
    ['placeholders in them', { valuesFiles: ['a: "###ZARF_VAR_SIZE###"'] }, { a: '7Gi' }],
    [
      'templated values files over plain ones',
      {
        valuesFiles: ['a: 2\nb: 2'],
        templated: ['a: {{ .Values.deep.a }}\nc: {{ .Constants.PORT }}{{ .Metadata.Name }}'],
        zarfValues: { deep: { a: 5 } },
      },
      { a: 5, b: 2, c: '80p' },
    ],
    [
      'variables of the chart, as text',
      { chart: { variables: [{ name: 'SIZE', path: 'm.x' }] }, files },
      { a: 1, m: { x: '7Gi', w: 1 } },
    ],
    [
      'a variable without a value sets nothing',
      { chart: { variables: [{ name: 'OPEN', path: 'a' }] }, files },
      { a: 1, m: { x: 1, w: 1 } },
    ],
    [
      'values of the package, as they are, without what is excluded',
      {
        chart: {
          values: [
            { sourcePath: '.app', targetPath: '.m', excludePaths: ['.app.secret.key'] },
            { sourcePath: '.list', targetPath: '.l' },
          ],
        },
        zarfValues: { app: { x: 9, secret: { key: 1, other: 2 } }, list: ['1'] },
        files,
      },
      { a: 1, m: { x: 9, w: 1, secret: { other: 2 } }, l: ['1'] },
    ],
    [
      'all values of the package at once',
      { chart: { values: [{ sourcePath: '.', targetPath: '.' }] }, zarfValues: { a: 3 } },
      { a: 3 },
    ],
    [
      'what a bundle sets, over all, read as --set reads it',
      {
        files,
        valuesFiles: ['a: 2'],
        chart: { variables: [{ name: 'SIZE', path: 'a' }] },
        ...set([
          { path: 'a', value: '5' },
          { path: 'm.x', value: 'true' },
          { path: 'l[1].k', value: '1.5' },
          { path: 'o', value: { n: '5' } },
          { path: 'o.p', value: 1 },
        ]),
      },
      { a: 5, m: { x: true, w: 1 }, l: [null, { k: '1.5' }], o: { n: '5', p: 1 } },
    ],
    [
      'variables that a bundle gives',
      {
        valuesFiles: ['a: "###ZARF_VAR_SIZE###"\nb: "###ZARF_VAR_OPEN###"'],
        deployed: { variables: new Map([['SIZE', '1Gi']]) },
      },
      { a: '1Gi', b: '###ZARF_VAR_OPEN###' },
    ],
    [
      'variables that another package hands over',
      { valuesFiles: ['a: "###ZARF_VAR_SIZE###"'], deployed: { open: new Set(['SIZE']) } },
      { a: '###ZARF_VAR_SIZE###' },
    ],
  ])('%s', async (_name, given, expected) => {
    expect(await valuesOf(given)).toEqual(expected);
  });

  it('lets no value change what mappings are', async () => {
    await valuesOf(set([{ path: '__proto__.polluted', value: '9' }]));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('where objects go', () => {
  it.each<[string, Given, string]>([
    ['as the chart says', {}, 'own'],
    ['to default, where nobody says', { chart: { namespace: '' } }, 'default'],
    ['where the bundle moves the package', { deployed: { namespace: 'moved' } }, 'moved'],
    [
      'where the bundle moves the chart',
      { deployed: { namespace: 'moved', ...set([], { namespace: 'chart' }).deployed } },
      'chart',
    ],
  ])('%s', async (_name, given, namespace) => {
    const { objects } = await deployment(given);
    expect(objects.map((object) => [object.namespace, object.value['ns']])).toEqual([
      [namespace, namespace],
    ]);
  });
});

describe('what cannot be told', () => {
  it.each<[string, Given, { path: string; fails: boolean }]>([
    [
      'a key that is not there',
      { templated: ['a: {{ .Values.none }}'] },
      { path: 't0', fails: true },
    ],
    [
      'a variable without a value',
      { templated: ['a: {{ .Variables.OPEN }}'] },
      { path: 't0', fails: false },
    ],
    [
      'the state of the cluster',
      { templated: ['a: {{ .State.cluster }}'] },
      { path: 't0', fails: false },
    ],
    [
      'a function of Helm alone',
      { templated: ['a: {{ include "x" . }}'] },
      { path: 't0', fails: true },
    ],
    ['chance', { templated: ['a: {{ uuidv4 }}'] }, { path: 't0', fails: false }],
    [
      'a source that is not there',
      { chart: { values: [{ sourcePath: '.none', targetPath: '.a' }] } },
      { path: 'f', fails: true },
    ],
    [
      'a source that an action may set',
      {
        chart: { values: [{ sourcePath: '.none', targetPath: '.a' }] },
        definition: {
          ...definition,
          components: [
            { name: 'x', actions: { onDeploy: { before: [{ setValues: [{ key: '.none' }] }] } } },
          ],
        },
      },
      { path: 'f', fails: false },
    ],
    ['a value with commas', set([{ path: 'a', value: 'x,y' }]), { path: 'f/values', fails: false }],
    [
      'a values file that is no YAML',
      { valuesFiles: ['a: 1', 'a: ['] },
      { path: 'v1', fails: true },
    ],
    ['a values file that is a list', { valuesFiles: ['- a'] }, { path: 'v0', fails: true }],
    ['a path that is none', set([{ path: 'a..b', value: 1 }]), { path: 'f/values', fails: true }],
    [
      'what a bundle cannot say yet',
      set([], { unknown: ['a is set by another package'] }),
      { path: 'f', fails: false },
    ],
  ])('%s', async (_name, given, expected) => {
    const { unread } = await deployment(given);
    expect(unread).toMatchObject([{ component: 'comp', ...expected }]);
  });
});

describe('what is done about it', () => {
  it('a chart of which a value is not known is not rendered: it would be another one', async () => {
    const { objects } = await deployment({ templated: ['a: {{ .Values.none }}'] });
    expect(objects).toEqual([]);
  });

  it.each<[string, Given]>([
    ['a values file', { valuesFiles: ['a: ['] }],
    ['a path of a bundle', set([{ path: 'a..b', value: 1 }])],
    [
      'values of the package that are put into it',
      { chart: { values: [{ sourcePath: '.a', targetPath: '.a' }] }, zarfValues: 'unread' },
    ],
    ['a values file filled with them', { templated: ['a: {{ .Values.a }}'], zarfValues: 'unread' }],
  ])('nor is one of which %s cannot be read', async (_name, given) => {
    expect((await deployment(given)).objects).toEqual([]);
  });

  it('a chart that takes nothing of such values is rendered', async () => {
    const { objects } = await deployment({ templated: ['a: 1'], zarfValues: 'unread' });
    expect(objects).toHaveLength(1);
  });

  it('a template that fails proves nothing where a bundle sets more only later', async () => {
    const files = { 'templates/b.yaml': '{{ fail "no" }}' };
    const failing = async (given: Given) =>
      (await deployment({ files, ...given })).unread.map(({ path, fails }) => [path, fails]);
    expect(await failing({})).toEqual([['f/templates/b.yaml', true]]);
    expect(await failing(set([], { unknown: ['later'] }))).toEqual([
      ['f', false],
      ['f/templates/b.yaml', false],
    ]);
  });

  it('a variable that is set before wins over its default, and one that is set later has no value', async () => {
    const templated = ['a: {{ .Variables.SIZE }}'];
    expect(
      await valuesOf({ templated, deployed: { variables: new Map([['SIZE', '9Gi']]) } }),
    ).toEqual({ a: '9Gi' });
    const { unread } = await deployment({ templated, deployed: { open: new Set(['SIZE']) } });
    expect(unread).toMatchObject([{ path: 't0', fails: false }]);
  });

  it('functions of chance are named', async () => {
    const files = { 'templates/b.yaml': 'a: {{ uuidv4 }}' };
    expect([...(await deployment({ files })).volatile]).toEqual(['uuidv4']);
  });

  it('values are judged by their schema unless the definition says no', async () => {
    const files = { 'values.schema.json': '{"required":["a"]}' };
    expect((await deployment({ files })).unread).toMatchObject([{ fails: true }]);
    expect((await deployment({ files, chart: { schemaValidation: false } })).unread).toEqual([]);
  });
});

describe('the cluster that templates ask', () => {
  const ask = (name: string): string =>
    `kind: A\nhas: {{ .Capabilities.APIVersions.Has "${name}" }}\nkube: {{ .Capabilities.KubeVersion }}\n`;
  const cluster = { kubernetes: '1.24', apiVersions: ['a.b/v1', 'a.b/v1/C'] };
  const crd = (served: boolean): string =>
    `kind: CustomResourceDefinition\nspec: { group: a.b, names: { kind: C }, versions: [{ name: v1, served: ${served} }] }\n`;
  const sub = {
    'Chart.yaml':
      'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{ name: s, version: 1.0.0, condition: on }]\n',
    'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
    'charts/s/crds/a.yaml': crd(true),
  };
  it.each<[string, string, Given, boolean]>([
    ['a kind of the default profile', 'security.istio.io/v1beta1', {}, true],
    ['such a kind by its name', 'uds.dev/v1alpha1/Package', {}, true],
    ['a kind nobody has', 'a.b/v1', {}, false],
    ['what the cluster is said to have', 'a.b/v1/C', { cluster }, true],
    ['what another cluster has', 'uds.dev/v1alpha1/Package', { cluster }, false],
    ['what this Kubernetes still serves', 'policy/v1beta1', { cluster }, true],
    ['what the default Kubernetes serves no more', 'policy/v1beta1', {}, false],
    ['a kind of Kubernetes', 'apps/v1/Deployment', {}, true],
    ['kinds of its own crds/', 'a.b/v1/C', { files: { 'crds/a.yaml': crd(true) } }, true],
    ['versions that are not served', 'a.b/v1', { files: { 'crds/a.yaml': crd(false) } }, false],
    ['kinds of a subchart', 'a.b/v1', { files: { ...sub, 'values.yaml': 'on: true' } }, true],
    [
      'kinds of a subchart that is left out',
      'a.b/v1',
      { files: { ...sub, 'values.yaml': 'on: false' } },
      false,
    ],
  ])('%s', async (_name, name, given, expected) => {
    const files = { ...given.files, 'templates/a.yaml': ask(name) };
    const { objects, unread } = await deployment({ ...given, files });
    expect(unread).toEqual([]);
    const kube = given.cluster === undefined ? 'v1.31.0' : 'v1.24.0';
    const [asked] = objects.filter(({ kind }) => kind === 'A');
    expect(asked?.value).toEqual({ kind: 'A', has: expected, kube });
  });

  it('has the kinds that were deployed before', async () => {
    const made = new RenderedDeployment({ definition });
    const manifest = { name: 'm', namespace: 'ns' };
    const take = () =>
      made.takeChart(
        {
          component: 'comp',
          chart: { name: 'c', namespace: 'own' },
          folder: 'f',
          files: new Map([
            ['Chart.yaml', bytes('apiVersion: v2\nname: c\nversion: 1.0.0\n')],
            ['templates/a.yaml', bytes(ask('a.b/v1/C'))],
          ]),
          valuesFiles: [],
          templatedValuesFiles: [],
        },
        run,
      );
    await take();
    made.takeManifest('comp', manifest, { path: 'm.yaml', bytes: bytes(crd(true)) });
    await take();
    expect(made.objects.map(({ value }) => value['has'])).toEqual([false, undefined, true]);
  });
});

describe('manifests', () => {
  const take = (text: string, template?: boolean, context: Partial<RenderingContext> = {}) => {
    const made = new RenderedDeployment({ definition, ...context });
    const manifest = {
      name: 'm',
      namespace: 'ns',
      ...(template === undefined ? {} : { template }),
    };
    made.takeManifest('comp', manifest, { path: 'm.yaml', bytes: bytes(text) });
    return made;
  };

  it('have their placeholders filled, and places before that', () => {
    const { objects } = take(
      '# ###ZARF_VAR_SIZE###\nkind: A\nx: { a: "###ZARF_VAR_SIZE###", b: 1 }\n',
    );
    expect(objects[0]?.value['x']).toEqual({ a: '7Gi', b: 1 });
    expect(objects[0]?.at(['x', 'b'])).toEqual({ line: 3, column: 32 });
  });

  it('have their templates filled where they say so, and nowhere else', () => {
    const text = '{{/* c */}}kind: A\nx: "{{ .Values.v }}"\n';
    const filled = take(text, true, { zarfValues: { v: 'w' } });
    expect(filled.objects[0]?.value['x']).toBe('w');
    expect(filled.objects[0]?.at(['x'])).toEqual({ line: 2, column: 1 });
    expect(take('kind: A\nx: "{{ .Values.v }}"\n').objects[0]?.value['x']).toBe('{{ .Values.v }}');
  });

  it('are left alone where values they take cannot be read', () => {
    const names = (text: string) =>
      take(text, true, { zarfValues: 'unread' }).objects.map(({ name }) => name);
    expect(names('kind: A\nmetadata: { name: x }\n')).toEqual(['x']);
    const takes = 'kind: A\nmetadata: { name: {{ .Values.a | default "x" }} }\n';
    expect(take(takes, true, { zarfValues: 'unread' })).toMatchObject({ objects: [], unread: [] });
  });

  it('say where a template fails', () => {
    const { unread } = take('kind: A\nx: {{ .Values.none }}\n', true);
    expect(unread).toMatchObject([{ path: 'm.yaml', line: 2, column: 7, fails: true }]);
  });

  it('say what is no YAML', () => {
    expect(take('a: [').unread).toMatchObject([{ path: 'm.yaml', fails: true }]);
  });
});
