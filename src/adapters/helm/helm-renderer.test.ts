import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillPlaceholders } from '../../zarf/placeholders.ts';
import type { ChartInput } from '../../zarf/rendered-chart.ts';
import { helmRenderer } from './helm-renderer.ts';
import { namedKustomizer } from './kustomizer.ts';

const run = { signal: new AbortController().signal };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cowa-named-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of shell that answers `version`, and does the rest as it is told. */
function program(name: string, rest: string, version = 'v3.99.1'): string {
  const path = join(folder, name);
  const text = `#!/bin/sh\nif [ "$1" = version ]; then echo '${version}'; exit 0; fi\n${rest}\n`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const chart: ChartInput = {
  files: new Map([
    ['c/Chart.yaml', Buffer.from('name: c')],
    ['c/templates/a.yaml', Buffer.from('x')],
    ['c/../../escape', Buffer.from('x')],
    ['other/file', Buffer.from('x')],
  ]),
  valuesFiles: [Buffer.from('a: "###ZARF_VAR_X###"')],
  settings: [{ path: 'b.c', value: '5' }],
  releaseName: 'rel',
  namespace: 'ns',
  fill: fillPlaceholders({ variables: [{ name: 'X', default: 'filled' }] }),
};

describe('helmRenderer', () => {
  it('records what was run', async () => {
    const path = program('helm-a', 'exit 0');
    const { identity } = await helmRenderer(path, run);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(identity).toEqual({ name: 'helm', version: 'v3.99.1', sha256 });
  });

  it('hands over chart, values, names and cluster, and nothing of the environment', async () => {
    process.env['COWA_SOMETHING_ELSE'] = 'geheim';
    const path = program(
      'helm-b',
      `echo "---"; echo "# Source: c/templates/a.yaml"; echo "args: $*"
for f in "$3"/* "$3"/templates/*; do echo "file: \${f##*/}"; done
while read -r line; do echo "values: $line"; done < "$7"; read -r all < "$7"; echo "all: $all"
echo "secret: $COWA_SOMETHING_ELSE"; echo "proxy: $HTTPS_PROXY"; echo "path: $PATH."`,
    );
    const { files, unread } = await (await helmRenderer(path, run)).render(chart, run);
    delete process.env['COWA_SOMETHING_ELSE'];
    const [file] = files;
    expect(unread).toEqual([]);
    expect(file?.path).toBe('templates/a.yaml');
    expect(file?.text).toMatch(/args: template rel \S+\/chart --namespace ns --values/);
    expect(file?.text).toContain('--include-crds --kube-version v1.');
    expect(file?.text).toContain('all: {"a":"filled","b":{"c":5}}');
    expect(file?.text).toContain('file: Chart.yaml');
    expect(file?.text).not.toContain('escape');
    expect(file?.text).toContain('secret: \n');
    expect(file?.text).toContain('proxy: http://127.0.0.1:9');
    expect(file?.text).toContain('path: .');
  });

  it('tells of the cluster what helm does not know, kinds of crds/ too', async () => {
    const path = program(
      'helm-k',
      'echo "---"; echo "# Source: c/templates/a.yaml"; echo "args: $*"',
    );
    const files = new Map([
      ['c/Chart.yaml', Buffer.from('apiVersion: v2\nname: c\nversion: 1.0.0\n')],
      ['c/templates/a.yaml', Buffer.from('{{ .Capabilities.APIVersions }}')],
      [
        'c/crds/a.yaml',
        Buffer.from(
          'kind: CustomResourceDefinition\nspec: { group: a.b, names: { kind: C }, versions: [{ name: v1 }] }\n',
        ),
      ],
    ]);
    const cluster = {
      kubeVersion: 'v1.30.2',
      apiVersions: ['apps/v1', 'uds.dev/v1alpha1/Package'],
      helmVersion: 'v3.19',
    };
    const renderer = await helmRenderer(path, run);
    const { files: rendered } = await renderer.render({ ...chart, files, cluster }, run);
    expect(rendered[0]?.text).toMatch(
      /--kube-version v1\.30\.2 --api-versions uds\.dev\/v1alpha1\/Package,a\.b\/v1,a\.b\/v1\/C$/m,
    );
  });

  it('puts documents together by template, and leaves kinds as they are', async () => {
    const path = program(
      'helm-c',
      `printf -- '---\\n# Source: c/templates/a.yaml\\nkind: A\\n---\\n# Source: c/crds/k.yaml\\nx: ###ZARF_VAR_X###\\n---\\n# Source: c/templates/a.yaml\\n---\\nkind: ###ZARF_VAR_X###\\n'`,
    );
    const { files } = await (await helmRenderer(path, run)).render(chart, run);
    expect(files).toEqual([
      { path: 'templates/a.yaml', text: 'kind: A\n---\n---\nkind: filled\n' },
      { path: 'crds/k.yaml', text: 'x: ###ZARF_VAR_X###\n' },
    ]);
  });

  it('renders nothing where a values file cannot be read: it would be another chart', async () => {
    const path = program('helm-v', 'echo "---"; echo "# Source: c/templates/a.yaml"; echo "a: 1"');
    const valuesFiles = [Buffer.from('a: 1'), Buffer.from('a: [')];
    const made = await (await helmRenderer(path, run)).render({ ...chart, valuesFiles }, run);
    expect(made).toMatchObject({ files: [], unread: [{ valuesFile: 1, fails: true }] });
  });

  it.each([
    [
      'execution error at (c/charts/s/templates/a.yaml:2:6): no',
      { path: 'charts/s/templates/a.yaml', line: 2, column: 7, fails: true },
    ],
    [
      'parse error at (c/templates/a.yaml:2): bad',
      { path: 'templates/a.yaml', line: 2, column: 1 },
    ],
    ['something else', { path: 'Chart.yaml', reason: 'something else', fails: true }],
    [
      'found in Chart.yaml, but missing in charts/ directory: redis',
      { path: 'Chart.yaml', fails: false },
    ],
  ])('tells what stopped it: %s', async (message, expected) => {
    const path = program(
      'helm-d',
      `echo "Error: ${message}" >&2; echo >&2; echo "Use --debug flag" >&2; exit 1`,
    );
    const { files, unread } = await (await helmRenderer(path, run)).render(chart, run);
    expect(files).toEqual([]);
    expect(unread).toMatchObject([expected]);
    expect(unread[0]?.reason).not.toContain('--debug');
  });

  it.each([
    ['a file that is not there', () => join(folder, 'none')],
    ['a folder', () => folder],
    ['a program that is no helm', () => program('helm-e', '', 'hello')],
    [
      'a file that is no program',
      () => {
        const path = join(folder, 'text');
        writeFileSync(path, 'text');
        return path;
      },
    ],
  ])('refuses %s', async (_name, path) => {
    await expect(helmRenderer(path(), run)).rejects.toMatchObject({ code: 'RENDERER_UNUSABLE' });
  });

  it.each([
    ['writes without end', 'while :; do echo 0123456789; done', 'RENDERER_OUTPUT'],
    ['never ends', 'while :; do :; done', 'RENDERER_TIMEOUT'],
  ])('ends a program that %s', async (_name, rest, code) => {
    const limits = { timeoutMs: 1500, maxOutputBytes: 100_000 };
    const renderer = await helmRenderer(program(`helm-${code}`, rest), run, limits);
    await expect(renderer.render(chart, run)).rejects.toMatchObject({ code });
  });

  it('leaves nothing behind, and ends with the run', async () => {
    const path = program('helm-g', 'while :; do :; done');
    const renderer = await helmRenderer(path, run);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('cowa-helm-'));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await expect(renderer.render(chart, { signal: stop.signal })).rejects.toThrow();
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('cowa-helm-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe('namedKustomizer', () => {
  it('builds a folder below its root, and records what was run', async () => {
    const path = program(
      'kustomize-a',
      'echo "args: $*"',
      '{Version:kustomize/v5.4.2 GitCommit:x}',
    );
    const made = await namedKustomizer(path, '/root-of-all', run);
    expect(made.identity).toMatchObject({ name: 'kustomize', version: 'v5.4.2' });
    expect(await made.build('base', { anyFolder: false }, run)).toEqual({
      text: 'args: build /root-of-all/base --reorder none\n',
    });
    expect(await made.build('base', { anyFolder: true }, run)).toEqual({
      text: 'args: build /root-of-all/base --reorder none --load-restrictor LoadRestrictionsNone\n',
    });
  });

  it('tells why it refused', async () => {
    const path = program(
      'kustomize-b',
      'echo "Flag --reorder has been deprecated, x" >&2; echo "no such folder" >&2; exit 1',
      'v5.0.0',
    );
    const made = await namedKustomizer(path, folder, run);
    expect(await made.build('x', { anyFolder: false }, run)).toEqual({
      refused: 'kustomize refuses it: no such folder',
    });
  });

  it('refuses a program that is no kustomize', async () => {
    const path = program('kustomize-c', '', 'hello');
    await expect(namedKustomizer(path, folder, run)).rejects.toMatchObject({
      code: 'RENDERER_UNUSABLE',
    });
  });
});
