import { copyFile } from 'node:fs/promises';
import { captureOutput } from '@oclif/test';
import { beforeAll, describe, expect, it } from 'vitest';
import Verify from '../../src/commands/verify.ts';
import { demoRelease, root } from '../support/demo-release.ts';

const bundle = 'uds-bundle-cowabungaai-demo-cpu-amd64-0.1.0.tar.zst';
const packaged = 'zarf-package-llama-cpp-python-amd64-0.1.0-upstream.tar.zst';
const at = demoRelease('cpu');

beforeAll(async () => {
  // Away from what lies beside it, as on standard input.
  await copyFile(at('dist/cpu', bundle), at(bundle));
  await copyFile(at('dist/cpu', `${bundle}.sigstore.json`), at('signature.json'));
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

  it.each([
    ['a folder', () => [at('dist/cpu')]],
    ['two archives', () => [at(bundle), at('dist/cpu', bundle)]],
  ])('given for provenance is refused with %s, too', async (_name, locations) => {
    const { error } = await verify(...locations(), '--provenance', at('signature.json'));
    expect(error).toMatchObject({ code: 'PROVENANCE_ONE_ARCHIVE', exitCode: 2 });
  });

  it('has to be there', async () => {
    const { error } = await verify(at(bundle), '--signature', at('nothing.json'));
    expect(error).toMatchObject({ code: 'ARCHIVE_MISSING' });
  });
});
