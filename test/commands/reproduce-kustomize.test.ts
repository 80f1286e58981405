import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import Assemble from '../../src/commands/assemble.ts';
import Reproduce from '../../src/commands/reproduce.ts';
import { writeBelow } from '../support/write-below.ts';

const root = join(import.meta.dirname, '../..');
const archive = 'zarf-package-api-amd64-1.0.0.tar.zst';
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);

const files = {
  'cowa-release.yaml': `apiVersion: cowa-release/v1
name: small
version: 1.0.0
architecture: amd64
imageSources: []
flavors: { cpu: { packages: [{ path: api }] } }
`,
  'api/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: api, version: 1.0.0 }
components:
  - { name: api, required: true, manifests: [{ name: m, namespace: n, kustomizations: [over] }] }
`,
  'api/over/kustomization.yaml': 'resources: []\n',
  // What the program is asked for: its version, and one kustomization.
  kustomize: `#!/bin/sh
case "$1" in
version) echo v5.0.0 ;;
*) printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: built }\\n' ;;
esac
`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-reproduce-'));
  await writeBelow(folder, files);
  await chmod(at('kustomize'), 0o755);
  const out = ['--flavor', 'cpu', '--out', at('dist'), '--insecure-unsigned'];
  await captureOutput(() => Assemble.run([...common(), ...out, ...kustomize()], { root }));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
});

const common = () => ['-f', at('cowa-release.yaml'), '--cache-dir', at('cache')];
const kustomize = () => ['--kustomize', at('kustomize')];
const reproduce = (...args: readonly string[]) =>
  captureOutput(() => Reproduce.run([...common(), at('dist/cpu', archive), ...args], { root }));

it('builds kustomizations again with the kustomize that is named', async () => {
  const { stdout, error } = await reproduce(...kustomize());
  expect(error).toBeUndefined();
  expect(stdout).toMatch(/^IDENTICAL/);
});

it('refuses a release with kustomizations where none is named', async () => {
  const { error } = await reproduce();
  expect(error).toMatchObject({ code: 'PACK_KUSTOMIZE_MISSING' });
});
