import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { bareKubernetes } from '../lint/target-profiles.ts';
import { parseUdsBundle } from '../uds/parse-bundle.ts';
import { deployWithBundle } from './deploy-with-bundle.ts';
import { gatherDeployment } from './gather-deployment.ts';
import { resolvePackage } from './resolve-package.ts';

const run = { signal: new AbortController().signal };
const files = {
  'p/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
variables: [{ name: SIZE, default: 1Gi }]
components:
  - name: comp
    required: true
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [v.yaml] }]
    manifests: [{ name: m, namespace: ns, files: [m.yaml] }]
`,
  'p/v.yaml': 'size: "###ZARF_VAR_SIZE###"\n',
  'p/m.yaml': 'kind: M\nsize: "###ZARF_VAR_SIZE###"\n',
  'p/chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
  'p/chart/values.yaml': 'model: default\n',
  'p/chart/templates/a.yaml': 'kind: A\nvalues: {{ toJson .Values }}\n',
  'p/chart/templates/b.yaml':
    '{{ if .Capabilities.APIVersions.Has "example.com/v1/Thing" }}kind: B{{ end }}\n',
  'b/more.yaml': 'deep: { a: 1 }\n',
};

/** `kind namespace values` of what the package deploys, with what stands in its entry and around it. */
async function deployed(
  entry: string,
  config?: unknown,
  exports: readonly string[] = [],
  definedBefore: readonly string[] = [],
) {
  const workspace = new MemoryWorkspace(files);
  const request = {
    definitionPath: 'p/zarf.yaml',
    architecture: 'amd64' as const,
    set: {},
    payloads: [],
  };
  const resolved = await resolvePackage({ ...request, allowActions: true }, { workspace }, run);
  const facts = await gatherDeployment(resolved, workspace, run, bareKubernetes);
  const bundle = `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages:
  - { name: app, path: ../p, ref: 1.0.0${entry} }
`;
  const [one] = parseUdsBundle(Buffer.from(bundle), 'authored').bundle?.packages ?? [];
  if (one === undefined) throw new Error('no entry');
  const placed = {
    file: 'b/uds-config.yaml',
    value: config,
    at: () => ({ file: '', line: 1, column: 1 }),
  };
  const judged = {
    name: 'app',
    resolved,
    facts,
    findings: [],
    job: { file: 'p/zarf.yaml' } as never,
  };
  const before = [{ name: 'x', ref: '1', exports: exports.map((name) => ({ name })) }];
  const made = await deployWithBundle(workspace, {}, run)(judged, one, {
    file: 'b/uds-bundle.yaml',
    config: config === undefined ? undefined : placed,
    before,
    definedBefore,
  });
  return {
    facts,
    made,
    told: made?.objects.map(
      ({ kind, namespace, value }) =>
        `${kind} ${namespace} ${JSON.stringify(value['values'] ?? value['size'])}`,
    ),
    unread: made?.unread.map(({ path, reason, fails }) => `${path} ${fails} ${reason}`),
  };
}

const overrides = (chart: string): string => `, overrides: { comp: { app: { ${chart} } } }`;

describe('deployWithBundle', () => {
  it('renders nothing again where a bundle says nothing', async () => {
    const { made, facts } = await deployed('');
    expect(made).toBe(facts);
  });

  it.each([
    [
      'values and variables',
      overrides(
        'values: [{ path: model, value: big }], variables: [{ name: n, path: x.y, default: 5 }]',
      ),
      undefined,
      ['A ns {"model":"big","size":"1Gi","x":{"y":5}}', 'M ns "1Gi"'],
    ],
    [
      'values files of the bundle',
      overrides('valuesFiles: [more.yaml]'),
      undefined,
      ['A ns {"deep":{"a":1},"model":"default","size":"1Gi"}', 'M ns "1Gi"'],
    ],
    [
      'its configuration',
      overrides('variables: [{ name: N, path: model, default: d }]'),
      { shared: { size: '2Gi' }, variables: { app: { n: 'cfg' } } },
      ['A ns {"model":"cfg","size":"2Gi"}', 'M ns "2Gi"'],
    ],
    [
      'a namespace for all, and one for the chart',
      `, namespace: moved${overrides('namespace: apart')}`,
      undefined,
      ['A apart {"model":"default","size":"1Gi"}', 'M moved "1Gi"'],
    ],
  ])('puts in %s', async (_name, entry, config, expected) => {
    const { told, unread } = await deployed(entry, config);
    expect(told).toEqual(expected);
    expect(unread).toEqual([]);
  });

  it('leaves open what packages before it hand over', async () => {
    const { told } = await deployed('', undefined, ['size']);
    expect(told).toEqual([
      'A ns {"model":"default","size":"###ZARF_VAR_SIZE###"}',
      'M ns "###ZARF_VAR_SIZE###"',
    ]);
  });

  it('shows templates the kinds that packages before it define', async () => {
    const { made } = await deployed('', undefined, [], ['example.com/v1', 'example.com/v1/Thing']);
    expect(made?.objects.map(({ kind }) => kind)).toEqual(['A', 'B', 'M']);
    expect((await deployed('')).made?.objects.map(({ kind }) => kind)).toEqual(['A', 'M']);
  });

  it('says what it cannot know of a chart', async () => {
    const { unread } = await deployed(overrides('values: [{ path: model, value: "${NONE}" }]'));
    expect(unread).toEqual([
      'p/chart false what a bundle sets at model holds NONE, settled when it is deployed',
    ]);
  });

  it('says when a values file of the bundle cannot be read', async () => {
    const { unread } = await deployed(overrides('valuesFiles: [none.yaml]'));
    expect(unread?.length).toBe(1);
    expect(unread?.[0]).toMatch(/^b\/uds-bundle.yaml true .*none.yaml/);
  });
});
