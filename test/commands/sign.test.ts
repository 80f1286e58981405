import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Sign from '../../src/commands/sign.ts';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
let shared = '';
let folder = '';
let input = '';

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'cowa-sign-'));
  await writeFile(
    join(shared, name),
    await archiveOf(packageArchiveOrder((await samplePackage()).files)),
  );
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  for (const key of ['one', 'two'])
    await captureOutput(() => KeysGenerate.run(['--out', join(shared, key)], config));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(shared, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-sign-'));
  input = join(folder, name);
  await copyFile(join(shared, name), input);
});
afterEach(async () => {
  process.exitCode = undefined;
  await rm(folder, { recursive: true, force: true });
});

const sign = (...argv: string[]) =>
  captureOutput(() =>
    Sign.run(
      [
        ...argv,
        ...(argv.includes('--key') ? [] : ['--key', join(shared, 'one.key')]),
        '--cache-dir',
        join(folder, '.cache'),
      ],
      config,
    ),
  );

describe('sign', () => {
  it('writes a signed package, says what it did and what comes next, and keeps the input', async () => {
    const before = await readFile(input);
    const { stdout, error } = await sign(input, '--out', join(folder, 'signed/'));
    expect(error).toBeUndefined();
    const made = join(folder, 'signed', name);
    expect(stdout).toMatch(/^SIGNED {2}/);
    expect(stdout).toContain(`Next: cowa-release verify ${made} --key ${join(shared, 'one.pub')}`);
    expect(before.equals(await readFile(input))).toBe(true);
    expect(await readdir(join(folder, 'signed'))).toEqual([name]);
  });

  it('prints one JSON document', async () => {
    const { stdout } = await sign(input, '--in-place', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'cowa-release/sign-result/v1',
      outcome: 'signed',
      kind: 'package',
      archive: input,
      signature: 'zarf.bundle.sig',
      digest: null,
      notes: [],
    });
    const again = await sign(input, '--in-place', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'unchanged' });
  });

  it('replaces the file that a link means, not the link', async () => {
    const path = join(folder, 'elsewhere');
    await mkdir(path);
    await symlink(input, join(path, name));
    const before = await readFile(input);
    await sign(join(path, name), '--in-place');
    expect(before.equals(await readFile(input))).toBe(false);
    expect((await readFile(input)).equals(await readFile(join(path, name)))).toBe(true);
  });

  it.each([
    {
      what: 'the archive by another name',
      argv: async () => {
        await link(input, join(folder, 'other-name'));
        return [input, '--out', join(folder, 'other-name'), '--replace'];
      },
      code: 'SIGN_OUTPUT_IS_INPUT',
      exitCode: 2,
    },
    { what: 'no place', argv: async () => [input], code: 'SIGN_OUTPUT_MISSING', exitCode: 2 },
    {
      what: 'a file that exists',
      argv: async () => [input, '--out', join(shared, 'one.pub')],
      code: 'SIGN_OUTPUT_EXISTS',
      exitCode: 2,
    },
    {
      what: 'a name that no program opens',
      argv: async () => [input, '--out', join(folder, 'signed')],
      code: 'SIGN_OUTPUT_NAME',
      exitCode: 2,
    },
    {
      what: 'a missing archive',
      argv: async () => [join(folder, 'nothing'), '--in-place'],
      code: 'ARCHIVE_MISSING',
      exitCode: 3,
    },
    {
      what: 'no archive',
      argv: async () => [join(shared, 'one.key'), '--in-place'],
      code: 'ARCHIVE_UNRECOGNISED',
      exitCode: 3,
    },
    {
      what: 'standard input',
      argv: async () => ['-', '--in-place'],
      code: 'SIGN_INPUT_STREAM',
      exitCode: 2,
    },
    {
      what: 'a key that is not there',
      argv: async () => [input, '--in-place', '--key', join(folder, 'nothing')],
      code: 'KEY_UNREADABLE',
      exitCode: 4,
    },
    {
      what: 'a public key',
      argv: async () => [input, '--in-place', '--key', join(shared, 'one.pub')],
      code: 'KEY_PUBLIC_GIVEN',
      exitCode: 3,
    },
    {
      what: 'a place that is no folder',
      argv: async () => [input, '--out', `${input}/x/y`],
      code: 'OUTPUT_NOT_READABLE',
      exitCode: 4,
    },
  ])('refuses $what: $code', async ({ argv, code, exitCode }) => {
    const { error } = await sign(...(await argv()));
    expect(error).toMatchObject({ code, exitCode });
    expect((await readFile(input)).equals(await readFile(join(shared, name)))).toBe(true);
    expect((await readdir(folder)).filter((each) => each.endsWith('.partial'))).toEqual([]);
  });

  it('wants a key', async () => {
    const { error } = await captureOutput(() => Sign.run([input, '--in-place'], config));
    expect(error).toMatchObject({ code: 'SIGN_KEY_MISSING', exitCode: 2 });
  });

  it('takes the key from the environment, and the password from a file', async () => {
    vi.stubEnv('COWA_SIGNING_KEY', join(shared, 'one.key'));
    const file = join(folder, 'password');
    await writeFile(file, 'wrong\n');
    const wrong = await captureOutput(() =>
      Sign.run(
        [input, '--in-place', '--password-file', file, '--cache-dir', join(folder, '.cache')],
        config,
      ),
    );
    expect(wrong.error).toMatchObject({ code: 'KEY_PASSWORD_WRONG', exitCode: 4 });
    await writeFile(file, 'secret\n');
    const right = await captureOutput(() =>
      Sign.run(
        [input, '--in-place', '--password-file', file, '--cache-dir', join(folder, '.cache')],
        config,
      ),
    );
    vi.stubEnv('COWA_SIGNING_KEY', undefined);
    expect(right.error).toBeUndefined();
  });

  it('asks before it replaces the signature of another key', async () => {
    await sign(input, '--in-place');
    const { error } = await sign(input, '--in-place', '--key', join(shared, 'two.key'));
    expect(error).toMatchObject({ code: 'SIGN_ALREADY_SIGNED', exitCode: 2 });
    const { result } = await sign(
      input,
      '--in-place',
      '--replace',
      '--key',
      join(shared, 'two.key'),
    );
    expect(result).toMatchObject({ outcome: 'signed' });
  });

  it('signs a bundle beside it', async () => {
    const bundle = 'uds-bundle-one-amd64-0.1.0.tar.zst';
    await copyFile(
      join(import.meta.dirname, '../conformance/uds/bundles/legacy-one', bundle),
      join(folder, bundle),
    );
    const { stdout } = await sign(join(folder, bundle));
    expect(stdout).toContain(`signature  ${join(folder, bundle)}.sigstore.json`);
    expect(await readdir(folder)).toContain(`${bundle}.sigstore.json`);
    const elsewhere = await sign(join(folder, bundle), '--out', `${shared}/`);
    expect(elsewhere.stdout).toContain('Note: ');
  });

  it.skipIf(process.getuid?.() === 0)(
    'says so where it may not write: OUTPUT_NOT_WRITABLE',
    async () => {
      await mkdir(join(folder, 'closed'));
      await chmod(join(folder, 'closed'), 0o500);
      const { error } = await sign(input, '--out', join(folder, 'closed', name));
      expect(error).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', exitCode: 4 });
    },
  );
});
