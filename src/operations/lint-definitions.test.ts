import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { WorkspaceError } from '../ports/storage-error.ts';
import type { LintReport } from '../report/lint-report.ts';
import { lintDefinitions } from './lint-definitions.ts';

const run = { signal: new AbortController().signal };

const digest = `@sha256:${'a'.repeat(64)}`;
const zarf = `kind: ZarfPackageConfig
metadata: { name: app, version: '###ZARF_PKG_TMPL_V###' }
variables:
  - { name: SIZE, default: 1Gi }
components:
  - name: app-model
    required: true
    charts:
      - { name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }
    images:
      - registry.example.com/app:1.2.3${digest}
      - registry.example.com/bash:5${digest}
    dataInjections:
      - source: .model/
        target: { namespace: ns, selector: app=cow, container: loader, path: /data/.model }
    actions: { onCreate: { before: [{ cmd: fetch }] } }
`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  selector: { matchLabels: { app: cow } }
  template:
    metadata: { labels: { app: cow } }
    spec:
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: RuntimeDefault } }
      volumes: [{ name: data, emptyDir: {} }]
      initContainers:
        - name: loader
          image: registry.example.com/bash:5${digest}
          command: [sh, -c, 'until [ -f /data/.model/###ZARF_DATA_INJECTION_MARKER### ]; do sleep 1; done']
          volumeMounts: [{ name: data, mountPath: /data }]
          resources: &resources { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 16Mi } }
          securityContext: &hardened
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
      containers:
        - name: main
          image: "{{ .Values.image }}:{{ .Values.tag }}"
          env: [{ name: SIZE, value: "{{ .Values.size }}" }]
          volumeMounts: [{ name: data, mountPath: /data }]
          resources: *resources
          securityContext: *hardened
`;
const sound: Readonly<Record<string, string>> = {
  'p/zarf.yaml': zarf,
  'p/values.yaml': 'image: registry.example.com/app\nsize: "###ZARF_VAR_SIZE###"\n',
  'p/chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
  'p/chart/values.yaml': `tag: 1.2.3${digest}\n`,
  'p/chart/templates/deployment.yaml': deployment,
};

function lint(change: Readonly<Record<string, string>> = {}): Promise<LintReport> {
  const workspace = new MemoryWorkspace({ ...sound, ...change });
  return lintDefinitions({ path: '.', programVersion: '0' }, { workspace }, run);
}

/** The sound tree with one text replaced in one file. */
function planted(file: string, text: string, by: string): Promise<LintReport> {
  const before = sound[file] ?? '';
  expect(before).toContain(text);
  return lint({ [file]: before.replace(text, by) });
}

describe('lintDefinitions', () => {
  it('finds nothing in a sound tree', async () => {
    const { findings, verdict, packages } = await lint();
    expect(findings).toEqual([]);
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(packages).toEqual([{ file: 'p/zarf.yaml', name: 'app', flavor: '', objects: 1 }]);
  });

  const other = zarf
    .replace('name: app,', 'name: other,')
    .replace('selector: app=cow', 'selector: app=x');
  it.each([
    [
      'a value that breaks a template',
      { 'p/values.yaml': 'image: example.com/b\n' },
      'p/values.yaml',
      true,
    ],
    [
      'a value of the chart',
      { 'p/chart/values.yaml': 'tag: 9.9.9\n' },
      'p/chart/values.yaml',
      true,
    ],
    ['a values file that is gone', { 'p/values.yaml': undefined }, 'p/values.yaml', true],
    [
      'a template',
      { 'p/chart/templates/deployment.yaml': 'a: {{' },
      'p/chart/templates/deployment.yaml',
      true,
    ],
    ['the definition', { 'p/zarf.yaml': zarf.replace('app=cow', 'app=x') }, 'p/zarf.yaml', true],
    [
      'nothing that has to do with it',
      { 'p/chart/values.yaml': 'tag: 9.9.9\n' },
      'q/README.md',
      false,
    ],
    ['a file that only another package reads', { 'q/zarf.yaml': other }, 'p/values.yaml', false],
  ])('told by what changed: %s', async (_what, change, path, concerned) => {
    const files = Object.entries({ ...sound, ...change }).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text] as const],
    );
    const ports = { workspace: new MemoryWorkspace(Object.fromEntries(files)) };
    const whole = await lintDefinitions({ path: '.', programVersion: '0' }, ports, run);
    const told = await lintDefinitions(
      { path: '.', programVersion: '0', changed: new Set([path]) },
      ports,
      run,
    );
    expect(whole.verdict.exitCode).toBeGreaterThan(0);
    expect(told.verdict.exitCode).toBe(concerned ? whole.verdict.exitCode : 0);
    expect(told.changedFiles).toBe(1);
  });

  it('tells what a changed file newly breaks in another package, and only that', async () => {
    const bundle = `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages: [{ name: maker, path: m, ref: 1.0.0 }, { name: user, path: u, ref: 1.0.0 }]
`;
    const zarfOf = (name: string): string =>
      `kind: ZarfPackageConfig\nmetadata: { name: ${name}, version: 1.0.0 }\ncomponents: [{ name: c, required: true, manifests: [{ name: m, namespace: ns, files: [all.yaml] }] }]\n`;
    const reads = (secret: string): string =>
      `---\napiVersion: v1\nkind: Pod\nmetadata: { name: ${secret} }\nspec: { containers: [{ name: a, envFrom: [{ secretRef: { name: ${secret} } }] }] }\n`;
    const secret = (name: string): string =>
      `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\ndata: { a: Yg== }\n`;
    const files = {
      'b/uds-bundle.yaml': bundle,
      'm/zarf.yaml': zarfOf('maker'),
      'm/all.yaml': secret('renamed'),
      'u/zarf.yaml': zarfOf('user'),
      'u/all.yaml': reads('token') + reads('never-there'),
    };
    const path = 'm/all.yaml';
    const named = async (before?: string) =>
      (
        await lintDefinitions(
          { path: '.', programVersion: '0', changed: new Set([path]) },
          {
            workspace: new MemoryWorkspace(files),
            ...(before === undefined ? {} : { before: new Map([[path, Buffer.from(before)]]) }),
          },
          run,
        )
      ).findings
        .filter(({ id }) => id === 'references/secrets')
        .map(({ message }) => /secret '([^']+)'/.exec(message)?.[1]);
    expect(await named()).toEqual([]);
    expect(await named(secret('token'))).toEqual(['token']);
    expect(await named(secret('other'))).toEqual([]);
  });

  it('tells all where there was nothing to judge before', async () => {
    const ports = { workspace: new MemoryWorkspace({ ...sound, 'p/values.yaml': 'a: [' }) };
    const before = new Map<string, undefined>([['p/zarf.yaml', undefined]]);
    const request = { path: '.', programVersion: '0', changed: new Set(['q/none']) };
    const told = await lintDefinitions(request, { ...ports, before }, run);
    expect(told.verdict.exitCode).toBeGreaterThan(0);
  });

  it('judges what a release names, packages and bundles, where the release alone is given', async () => {
    const release = `apiVersion: cowa-release/v1
name: app
version: 1.0.0
architecture: amd64
imageSources: [{ type: registry, hosts: [ghcr.io] }]
flavors:
  cpu: { packages: [{ path: p, set: { V: 1.0.0 } }], bundle: { path: b } }
  gpu: { packages: [{ path: p, set: { V: 1.0.0 } }], bundle: { path: c/uds-bundle.yaml } }
`;
    const bundle = `kind: UDSBundle
metadata: { name: app, version: 1.0.0 }
packages: [{ name: p, path: ../p, ref: 1.0.0 }]
`;
    const workspace = new MemoryWorkspace({
      ...sound,
      'cowa-release.yaml': release,
      'b/uds-bundle.yaml': bundle,
      'c/uds-bundle.yaml': bundle,
      'd/uds-bundle.yaml': bundle,
    });
    const request = { path: 'cowa-release.yaml', programVersion: '0' };
    const { packages, bundles } = await lintDefinitions(request, { workspace }, run);
    expect(packages.map(({ file }) => file)).toEqual(['p/zarf.yaml']);
    expect(bundles.map(({ file }) => file)).toEqual(['b/uds-bundle.yaml', 'c/uds-bundle.yaml']);
  });

  it('judges the rest when a package that a release names cannot be looked at', async () => {
    class Closed extends MemoryWorkspace {
      override async stat(path: string) {
        if (!path.endsWith('closed/zarf.yaml')) return super.stat(path);
        throw new WorkspaceError('WORKSPACE_UNREADABLE', `${path} cannot be read (EACCES)`);
      }
    }
    const release = `apiVersion: cowa-release/v1
name: app
version: 1.0.0
architecture: amd64
imageSources: [{ type: registry, hosts: [ghcr.io] }]
flavors:
  cpu: { packages: [{ path: p, set: { V: 1.0.0 } }, { path: closed }] }
`;
    const workspace = new Closed({ ...sound, 'cowa-release.yaml': release });
    const report = await lintDefinitions({ path: '.', programVersion: '0' }, { workspace }, run);
    expect(report.packages.map(({ file }) => file)).toEqual(['p/zarf.yaml']);
    expect(report.notLookedAt).toContainEqual({
      path: 'closed/zarf.yaml',
      reason: 'closed/zarf.yaml cannot be read (EACCES)',
    });
  });

  it.each([
    [
      'an image the chart names and the package does not carry',
      'p/chart/values.yaml',
      '1.2.3',
      '1.2.4',
      'deployment/images-carried',
      'it carries registry.example.com/app:1.2.3',
    ],
    [
      'an init container of another image',
      'p/chart/templates/deployment.yaml',
      'bash:5',
      'bash:6',
      'deployment/images-carried',
      "init container 'loader'",
    ],
    [
      'a label that fits no pod',
      'p/zarf.yaml',
      'app=cow',
      'app=calf',
      'deployment/payload-contract',
      'no pod template has the labels app=calf',
    ],
    [
      'another namespace',
      'p/zarf.yaml',
      'target: { namespace: ns',
      'target: { namespace: other',
      'deployment/payload-contract',
      'its pod is in ns',
    ],
    [
      'another container',
      'p/zarf.yaml',
      'container: loader',
      'container: main',
      'deployment/payload-contract',
      'does not wait for',
    ],
    [
      'a container that is not there',
      'p/zarf.yaml',
      'container: loader',
      'container: none',
      'deployment/payload-contract',
      'it has loader, main',
    ],
    [
      'another path',
      'p/zarf.yaml',
      'path: /data/.model',
      'path: /data/model',
      'deployment/payload-contract',
      'does not wait for /data/model/',
    ],
    [
      'a missing marker',
      'p/chart/templates/deployment.yaml',
      '###ZARF_DATA_INJECTION_MARKER###',
      'done',
      'deployment/payload-contract',
      'does not wait for',
    ],
    [
      'a placeholder nobody declares',
      'p/values.yaml',
      'VAR_SIZE',
      'VAR_SIZES',
      'deployment/placeholders',
      '###ZARF_VAR_SIZES### is declared nowhere',
    ],
    [
      'a template that fails',
      'p/chart/templates/deployment.yaml',
      '{{ .Values.image }}',
      '{{ .Values.a.b }}',
      'deployment/rendered',
      'nil pointer',
    ],
    [
      'a template that cannot be parsed',
      'p/chart/templates/deployment.yaml',
      '{{ .Values.image }}',
      '{{ .Values.image ',
      'deployment/rendered',
      '',
    ],
    [
      'text that is no YAML',
      'p/chart/templates/deployment.yaml',
      'spec:',
      'spec: [',
      'deployment/rendered',
      'no YAML',
    ],
    [
      'a field of another type',
      'p/zarf.yaml',
      'required: true',
      'required: maybe',
      'definition/schema',
      '',
    ],
  ])('finds %s', async (_name, file, text, by, id, message) => {
    const { findings, verdict } = await planted(file, text, by);
    const errors = findings.filter((each) => each.severity === 'error' && each.outcome === 'fail');
    expect(errors.map((each) => each.id)).toContain(id);
    expect(errors.map((each) => each.message).join('\n')).toContain(message);
    expect(verdict).toMatchObject({ outcome: 'fail', exitCode: 1 });
  });

  it.each([
    [
      'an image nobody names',
      'p/zarf.yaml',
      'registry.example.com/bash:5',
      `registry.example.com/extra:1${digest}\n      - registry.example.com/bash:5`,
      'deployment/images-used',
    ],
    [
      'a variable nobody uses',
      'p/zarf.yaml',
      '{ name: SIZE, default: 1Gi }',
      '{ name: SIZE, default: 1Gi }\n  - { name: IDLE, default: x }',
      'variables/used',
    ],
  ])('warns of %s', async (_name, file, text, by, id) => {
    const { findings, verdict } = await planted(file, text, by);
    expect(findings.map((each) => [each.id, each.severity])).toEqual([[id, 'warning']]);
    expect(verdict.exitCode).toBe(0);
  });

  it('says what it cannot tell, and does not pass', async () => {
    const { findings, verdict } = await planted(
      'p/chart/templates/deployment.yaml',
      'metadata: { name: {{ .Release.Name }} }',
      'metadata: { name: {{ .Release.Name }}, annotations: { made: "{{ decryptAES 1 2 }}" } }',
    );
    expect(findings.every(({ outcome }) => outcome === 'undecided')).toBe(true);
    expect(findings.find(({ id }) => id === 'deployment/rendered')?.subject).toMatchObject({
      name: 'p/chart/templates/deployment.yaml',
      line: 3,
    });
    expect(verdict).toMatchObject({ outcome: 'incomplete', exitCode: 5 });
  });

  const missing = zarf
    .replace('values.yaml', 'value.yaml')
    .replace('\n    actions: { onCreate: { before: [{ cmd: fetch }] } }', '');

  it.each([
    [
      'finds a file that is not there',
      missing.replace('.model/', 'model/'),
      [
        ['definition/resolved', 'fail', 14],
        ['deployment/rendered', 'fail', 9],
      ],
    ],
    [
      'cannot tell what an action may make',
      zarf.replace('values.yaml', 'value.yaml'),
      [['deployment/rendered', 'undecided', 9]],
    ],
  ])('%s', async (_name, text, expected) => {
    const { findings } = await lint({ 'p/zarf.yaml': text });
    const errors = findings.filter(({ severity }) => severity === 'error');
    const seen = errors.map(({ id, outcome, subject }) => [id, outcome, subject.line]);
    for (const each of expected) expect(seen).toContainEqual(each);
    expect(findings.map(({ message }) => message).join('\n')).toContain(
      'names value.yaml, which does not exist',
    );
  });

  it('judges the others when one is broken', async () => {
    const { packages, findings } = await lint({ 'q/zarf.yaml': 'kind: [' });
    expect(packages.map(({ file }) => file)).toEqual(['p/zarf.yaml', 'q/zarf.yaml']);
    expect(new Set(findings.map(({ subject }) => subject.name))).toEqual(new Set(['q/zarf.yaml']));
  });
});
