import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import Assemble from '../../src/commands/assemble.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Verify from '../../src/commands/verify.ts';

const root = join(import.meta.dirname, '../..');
const bundle = 'uds-bundle-cowabungaai-demo-cpu-amd64-0.1.0.tar.zst';
const packaged = 'zarf-package-llama-cpp-python-amd64-0.1.0-upstream.tar.zst';
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-verify-signature-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await captureOutput(() => KeysGenerate.run(['--out', at('release')], { root }));
  const definition = join(root, 'fixtures/demo/cowa-release.yaml');
  const made = await captureOutput(() =>
    Assemble.run(
      [
        '-f',
        definition,
        '--flavor',
        'cpu',
        '--key',
        at('release.key'),
        '--out',
        at('dist'),
        '--cache-dir',
        at('cache'),
      ],
      { root },
    ),
  );
  if (made.error !== undefined) throw made.error;
  // Away from what lies beside it, as on standard input.
  await copyFile(at('dist/cpu', bundle), at(bundle));
  await copyFile(at('dist/cpu', `${bundle}.sigstore.json`), at('signature.json'));
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

async function verify(...args: readonly string[]) {
  const { error, stdout } = await captureOutput(() =>
    Verify.run([...args, '--key', at('release.pub')], { root }),
  );
  return { error, stdout, exitCode: process.exitCode ?? 0 };
}

describe('verify --signature', () => {
  it('proves a bundle by a signature that lies elsewhere', async () => {
    expect((await verify(at(bundle))).exitCode).toBe(1);
    process.exitCode = undefined;
    expect(await verify(at(bundle), '--signature', at('signature.json'))).toMatchObject({
      error: undefined,
      exitCode: 0,
    });
  });

  it('fails a bundle by what is no signature of it', async () => {
    const { exitCode, stdout } = await verify(
      at(bundle),
      '--signature',
      at('dist/cpu/report.json'),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('signature/archive');
  });

  it.each([
    ['a package', () => [at('dist/cpu', packaged)]],
    ['a folder', () => [at('dist/cpu')]],
    ['two archives', () => [at(bundle), at('dist/cpu', bundle)]],
  ])('is refused with %s, never passed over', async (_name, locations) => {
    const { error } = await verify(...locations(), '--signature', at('signature.json'));
    expect(error).toMatchObject({ code: 'SIGNATURE_ONE_BUNDLE', exitCode: 2 });
  });

  it('has to be there', async () => {
    const { error } = await verify(at(bundle), '--signature', at('nothing.json'));
    expect(error).toMatchObject({ code: 'ARCHIVE_MISSING' });
  });
});
