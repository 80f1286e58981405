import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import type { RandomAccess } from '../archive/byte-sink.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import type { NestedFiles } from '../archive/nested-files.ts';
import type { ArchiveFacts, PackageFacts } from '../checks/facts.ts';
import { digestOf } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { Component } from '../zarf/definition.ts';
import type { DescribedPackage } from './describe-archive.ts';
import { renderArchive, renderKept } from './render-archive.ts';
import { renderCarriedPackage } from './render-carried-package.ts';

const run = { signal: new AbortController().signal };
const chart = { name: 'c', version: '1.0.0', namespace: 'ns' };
const withChart: Component = { name: 'api', charts: [chart] };

function packed(template: string): Buffer {
  return gzipSync(
    tarOf(
      tarFile('c/Chart.yaml', 'apiVersion: v2\nname: c\nversion: 1.0.0\n'),
      tarFile('c/templates/a.yaml', template),
    ),
  );
}

const plain = packed('kind: A\nmetadata: { name: x }\n');

function described(
  components: readonly Component[],
  more: Partial<PackageFacts> & Partial<Pick<DescribedPackage, 'entry' | 'selected'>> = {},
): DescribedPackage {
  const {
    entry,
    selected = new Set(components.map(({ name }) => name)),
    ...facts
  } = { entry: undefined, ...more };
  const definition = {
    definition: { kind: 'ZarfPackageConfig', metadata: { name: 'p' }, components },
  };
  return {
    facts: { label: 'p', files: new Map(), definition, ...facts } as unknown as PackageFacts,
    entry,
    selected,
  };
}

function tarHolding(
  files: Readonly<Record<string, string | Buffer>>,
  more: Partial<NestedFiles> = {},
): NestedFiles {
  return {
    files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    tooLarge: [],
    fault: undefined,
    ...more,
  };
}

async function rendered(
  each: DescribedPackage,
  tar: NestedFiles | undefined,
  { values, defined = [] }: { values?: string; defined?: readonly string[] } = {},
) {
  const notRead: { what: string; reason: string }[] = [];
  const { deployment, charts, manifests } = await renderCarriedPackage(
    each,
    { tar: () => tar, file: () => (values === undefined ? undefined : Buffer.from(values)) },
    { exported: new Set(), defined: new Set(defined) },
    {},
    notRead,
    run,
  );
  return {
    notRead: notRead.map(({ what }) => what),
    unread: deployment.unread.map(({ path, reason }) => `${path}: ${reason}`),
    kinds: deployment.objects.map(({ kind }) => kind),
    names: deployment.objects.map(({ name }) => name),
    charts: [...charts.keys()],
    manifests: manifests.map(({ path }) => path),
  };
}

describe('renderCarriedPackage', () => {
  it('renders what the tar of a component holds', async () => {
    expect(
      await rendered(described([withChart]), tarHolding({ 'api/charts/c-1.0.0.tgz': plain })),
    ).toEqual({
      notRead: [],
      unread: [],
      kinds: ['A'],
      names: ['x'],
      charts: ['api/c'],
      manifests: [],
    });
  });

  it('tells of a component of which there is no tar, or one that ends early', async () => {
    expect((await rendered(described([withChart]), undefined)).notRead).toEqual(['p: api']);
    const cut = tarHolding({ 'api/charts/c-1.0.0.tgz': plain }, { fault: 'it ends early' });
    const { notRead, kinds } = await rendered(described([withChart]), cut);
    expect(notRead).toEqual(['p: api']);
    expect(kinds).toEqual(['A']);
  });

  it('tells of what is too large to be kept', async () => {
    const large = tarHolding({}, { tooLarge: ['charts/c-1.0.0.tgz'] });
    expect((await rendered(described([withChart]), large)).notRead).toEqual([
      'p: api/charts/c-1.0.0.tgz',
    ]);
  });

  it('tells of a chart that is not there, and of one that is none', async () => {
    expect((await rendered(described([withChart]), tarHolding({}))).unread).toEqual([
      'charts/c-1.0.0.tgz: it is not in the component',
    ]);
    const none = tarHolding({ 'api/charts/c-1.0.0.tgz': 'none' });
    expect((await rendered(described([withChart]), none)).unread).toEqual([
      'charts/c-1.0.0.tgz: it is no packed chart that can be read',
    ]);
  });

  it('takes values files in their order, and counts those that are missing', async () => {
    const component: Component = {
      name: 'api',
      charts: [{ ...chart, valuesFiles: ['a', 'b'], templatedValuesFiles: ['c'] }],
    };
    const named = packed('kind: A\nmetadata: { name: "{{ .Values.a }}-{{ .Values.b }}" }\n');
    const files = {
      'api/charts/c-1.0.0.tgz': named,
      'api/values/c-1.0.0-0': 'a: first\nb: first\n',
      'api/values/c-1.0.0-1': 'b: second\n',
    };
    const whole = { ...files, 'api/values/c-1.0.0-2': 'b: third\n' };
    expect(await rendered(described([component]), tarHolding(whole))).toMatchObject({
      unread: [],
      names: ['first-third'],
    });
    const { unread, names } = await rendered(described([component]), tarHolding(files));
    expect(unread).toEqual(['values/c-1.0.0: 1 of its values files are not in the component']);
    expect(names).toEqual([]);
  });

  it('tells of values of the package that are none', async () => {
    const tar = tarHolding({ 'api/charts/c-1.0.0.tgz': plain });
    expect((await rendered(described([withChart]), tar, { values: 'a: [' })).notRead).toEqual([
      'p: values.yaml',
    ]);
  });

  it('leaves components alone that are not deployed', async () => {
    const none = described([withChart], { selected: new Set() });
    expect((await rendered(none, undefined)).notRead).toEqual([]);
  });

  it('tells a chart which kinds packages before it define', async () => {
    const asks = packed(
      '{{ if .Capabilities.APIVersions.Has "example.com/v1/Thing" }}\nkind: Thing\nmetadata: { name: x }\n{{ end }}\n',
    );
    const tar = tarHolding({ 'api/charts/c-1.0.0.tgz': asks });
    expect((await rendered(described([withChart]), tar)).kinds).toEqual([]);
    const defined = ['example.com/v1', 'example.com/v1/Thing'];
    expect((await rendered(described([withChart]), tar, { defined })).kinds).toEqual(['Thing']);
  });

  it('takes manifests and kustomizations of an entry, and of no other of a like name', async () => {
    const component: Component = { name: 'api', manifests: [{ name: 'm', namespace: 'ns' }] };
    const text = 'kind: B\nmetadata: { name: y }\n';
    const names = ['m-0', 'm-1', 'kustomization-m-0', 'm-more-0', 'other-m-0', 'm-x'];
    const { manifests } = await rendered(
      described([component]),
      tarHolding(Object.fromEntries(names.map((name) => [`api/manifests/${name}.yaml`, text]))),
    );
    expect(manifests).toEqual([
      'manifests/kustomization-m-0.yaml',
      'manifests/m-0.yaml',
      'manifests/m-1.yaml',
    ]);
  });
});

describe('renderKept', () => {
  const tar = { nested: tarHolding({ 'api/charts/c-1.0.0.tgz': plain }) };
  const files = (paths: readonly string[]): PackageFacts['files'] =>
    new Map(paths.map((path) => [path, { size: 1 }])) as unknown as PackageFacts['files'];

  async function keptOf(
    component: Component,
    values: Readonly<Record<string, unknown>> | undefined,
  ) {
    const paths = ['components/api.tar', ...(values === undefined ? [] : ['values.yaml'])];
    const entries = [
      { path: 'components/api.tar', ...tar },
      ...(values === undefined ? [] : [{ path: 'values.yaml', ...values }]),
    ];
    const facts = { entries, bundle: undefined } as unknown as ArchiveFacts;
    const { notRead, rendered } = await renderKept(
      facts,
      [described([component], { files: files(paths) })],
      {},
      run,
    );
    return {
      notRead: notRead.map(({ what }) => what),
      objects: rendered.map(({ deployment }) => deployment.objects.length),
    };
  }
  const kept = async (values: Readonly<Record<string, unknown>> | undefined) =>
    (await keptOf(withChart, values)).notRead;

  it('tells of values that the pass over the archive did not keep', async () => {
    expect(await kept(undefined)).toEqual([]);
    expect(await kept({ content: Buffer.from('a: 1\n') })).toEqual([]);
    expect(await kept({})).toEqual(['p: values.yaml']);
  });

  it('renders without them only what takes nothing of them', async () => {
    const takes: Component = {
      name: 'api',
      charts: [{ ...chart, values: [{ sourcePath: '.', targetPath: '.' }] }],
    };
    expect(await keptOf(withChart, {})).toMatchObject({ objects: [1] });
    expect(await keptOf(takes, { content: Buffer.from('a: 1\n') })).toMatchObject({ objects: [1] });
    expect(await keptOf(takes, {})).toMatchObject({ objects: [0] });
  });
});

describe('packages of a bundle', () => {
  const crd = packed(
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec: { group: example.com, names: { kind: Thing }, versions: [{ name: v1, served: true }] }\n',
  );
  const asks = packed(
    '{{ if .Capabilities.APIVersions.Has "example.com/v1" }}\nkind: Thing\nmetadata: { name: x }\n{{ end }}\n',
  );

  async function kinds(format: 'legacy' | 'next', ...charts: readonly Buffer[]) {
    const digests = charts.map((each) => digestOf(each));
    const folder = format === 'next' ? 'oci/blobs/sha256' : 'blobs/sha256';
    const entries = charts.map((each, at) => ({
      path: `${folder}/${digests[at]?.slice(7)}`,
      nested: tarHolding({ 'api/charts/c-1.0.0.tgz': each }),
    }));
    const packages = digests.map((digest) =>
      described([withChart], {
        files: new Map([
          ['components/api.tar', { size: 1, digest }],
        ]) as unknown as PackageFacts['files'],
      }),
    );
    const facts = { entries, bundle: { format } } as unknown as ArchiveFacts;
    const { rendered, notRead } = await renderKept(facts, packages, {}, run);
    expect(notRead).toEqual([]);
    return rendered.flatMap(({ deployment }) => deployment.objects.map(({ kind }) => kind));
  }

  it.each(['legacy', 'next'] as const)('see what those before them define: %s', async (format) => {
    expect(await kinds(format, crd, asks)).toEqual(['CustomResourceDefinition', 'Thing']);
    expect(await kinds(format, asks, crd)).toEqual(['CustomResourceDefinition']);
  });
});

describe('renderArchive', () => {
  async function notRead(ranges: RandomAccess | undefined) {
    const files = new Map([
      ['components/api.tar', { size: 1 }],
    ]) as unknown as PackageFacts['files'];
    const facts = {
      entries: [{ path: 'components/api.tar' }],
      bundle: undefined,
      container: {},
    } as unknown as ArchiveFacts;
    const archive = { ranges } as unknown as OpenArchive;
    const compute = inProcessCompute();
    const ports = { compute, openCompute: () => Promise.resolve(compute) };
    const made = await renderArchive(
      facts,
      [described([withChart], { files })],
      archive,
      ports,
      run,
    );
    return made.notRead.map(({ what }) => what);
  }

  it('tells that what comes once cannot be read again', async () => {
    expect(await notRead(undefined)).toEqual(['charts and manifests']);
  });

  it('tells of an archive that cannot be read the second time', async () => {
    const bytes = Buffer.alloc(4096, 'x');
    const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
    expect(await notRead({ size: bytes.length, read })).toEqual(['charts and manifests', 'p: api']);
  });
});
