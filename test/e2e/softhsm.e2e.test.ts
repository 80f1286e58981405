import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { builtProgram, notBuilt } from '../support/built-program.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const library = '/usr/lib/softhsm/libsofthsm2.so';
const tools = ['/usr/bin/softhsm2-util', '/usr/bin/pkcs11-tool', library];
const lacking = tools.filter((path) => !existsSync(path));
const missing =
  notBuilt ??
  (lacking.length === 0 ? undefined : `no ${lacking.join(', ')}: apt-get install softhsm2 opensc`);
const plugin = join(import.meta.dirname, '../../fixtures/kms-plugin/sigstore-kms-token');
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
let folder = '';
let env: Record<string, string> = {};

const run = (args: readonly string[], change: Readonly<Record<string, string>> = {}) =>
  builtProgram([...args], { env: { ...env, ...change } });
const of = (label: string) => ['--key', `token://${label}`, '--kms-plugin', plugin];

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'cowa-hsm-'));
  await mkdir(join(folder, 'tokens'));
  await writeFile(join(folder, 'softhsm2.conf'), `directories.tokendir = ${folder}/tokens\n`);
  env = {
    SOFTHSM2_CONF: join(folder, 'softhsm2.conf'),
    PKCS11_MODULE: library,
    PKCS11_TOKEN: 'release',
    PKCS11_PIN: '73391',
    // The plugin is a script of the same Node.
    PATH: `${process.execPath.replace(/\/[^/]*$/, '')}:/usr/bin:/bin`,
  };
  const options = { env, stdio: 'pipe' } as const;
  const init = [
    '--init-token',
    '--free',
    '--label',
    'release',
    '--pin',
    '73391',
    '--so-pin',
    '1234',
  ];
  execFileSync('/usr/bin/softhsm2-util', init, options);
  const login = ['--module', library, '--token-label', 'release', '--login', '--pin', '73391'];
  const make = ['--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'one', '--id', '01'];
  execFileSync('/usr/bin/pkcs11-tool', [...login, ...make], options);
  const bytes = await archiveOf(packageArchiveOrder((await samplePackage()).files));
  await mkdir(join(folder, 'plain'));
  for (const path of [name, join('plain', name)]) await writeFile(join(folder, path), bytes);
}, 60_000);
afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

describe.skipIf(missing !== undefined)(
  `a key in a PKCS#11 token${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('signs a package that verifies by its exported public key', async () => {
      const exported = await run(['keys', 'public', ...of('one')]);
      expect(exported).toMatchObject({ code: 0, stderr: '' });
      await writeFile(join(folder, 'one.pub'), exported.stdout);
      const signed = await run([
        ...[
          'sign',
          join(folder, name),
          '--in-place',
          '--cache-dir',
          join(folder, 'cache'),
          '--quiet',
        ],
        ...of('one'),
      ]);
      expect(signed).toMatchObject({ code: 0, stderr: '' });
      const judged = await run(['verify', join(folder, name), '--key', join(folder, 'one.pub')]);
      expect(judged).toMatchObject({ code: 0 });
    });

    it.each([
      { what: 'a key that is not there', label: 'two', change: {}, says: /says: .*not found/ },
      { what: 'a wrong PIN', label: 'one', change: { PKCS11_PIN: '99999' }, says: /PIN/ },
      { what: 'another token', label: 'one', change: { PKCS11_TOKEN: 'x' }, says: /says: / },
    ])('says what is wrong with $what, and not the PIN', async ({ label, change, says }) => {
      const plain = join(folder, 'plain', name);
      const before = await readFile(plain);
      const out = ['--out', join(folder, 'other', name)];
      const cache = ['--cache-dir', join(folder, 'other-cache'), '--quiet'];
      const ended = await run(['sign', plain, ...out, ...cache, ...of(label)], change);
      expect(ended.code).toBe(4);
      expect(ended.stderr).toContain('KMS_PLUGIN_REFUSED');
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).not.toMatch(/73391|99999/);
      expect((await readFile(plain)).equals(before)).toBe(true);
    });
  },
);
