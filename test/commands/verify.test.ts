import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { describe, expect, it } from 'vitest';
import Verify from '../../src/commands/verify.ts';
import { demoRelease, root } from '../support/demo-release.ts';
import { chunksOf, splitBytes } from '../support/split-bytes.ts';

const bundle = 'uds-bundle-cowabungaai-demo-cpu-amd64-0.1.0.tar.zst';
const packaged = 'zarf-package-llama-cpp-python-amd64-0.1.0-upstream.tar.zst';
const at = demoRelease('cpu', 'other');

async function verify(...args: readonly string[]) {
  const captured = await captureOutput<Awaited<ReturnType<Verify['run']>>>(() =>
    Verify.run([...args], { root }),
  );
  return {
    ...captured,
    exitCode: captured.error === undefined ? (process.exitCode ?? 0) : captured.error,
  };
}

/** A copy of the release folder that may be changed. */
async function aCopy(name: string): Promise<string> {
  await cp(at('dist/cpu'), at(name), { recursive: true });
  return at(name);
}

async function aFile(name: string, content: string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

async function flip(path: string, where = 0.5): Promise<void> {
  const bytes = await readFile(path);
  const place = Math.floor(bytes.length * where);
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  await writeFile(path, bytes);
}

describe('verify', () => {
  it('passes a release folder under the key it was signed with', async () => {
    const { stdout, exitCode } = await verify(at('dist/cpu'), '--key', at('release.pub'));
    expect(stdout.split('\n')[0]).toMatch(/^PASS {2}/);
    expect(stdout).toContain('release cowabungaai-demo 0.1.0 cpu, number 1');
    expect(exitCode).toBe(0);
  });

  it('takes the parts of an archive for the archive that the statement lists, on several discs too', async () => {
    const [disc1, disc2] = [await aCopy('disc1'), at('disc2')];
    const bytes = await readFile(join(disc1, bundle));
    const partBytes = Math.ceil(bytes.length / 3);
    const parts = splitBytes(bundle, bytes, partBytes);
    await rm(join(disc1, bundle));
    await mkdir(disc2);
    for (const [name, content] of Object.entries({
      ...parts,
      ...chunksOf(bundle, bytes, partBytes),
    }))
      await writeFile(join(name.endsWith('002') ? disc2 : disc1, name), content);
    const key = ['--key', at('release.pub')];
    for (const locations of [
      [disc1, disc2],
      [disc2, disc1],
      [join(disc2, `${bundle}.part002`), disc1],
    ])
      expect((await verify(...locations, ...key)).exitCode).toBe(0);
    const alone = await verify(disc1, ...key);
    expect(alone.exitCode).toBe(5);
    expect(alone.stdout).toMatch(/PART_MISSING[\s\S]*part 2 of 3 is missing/);
    await flip(join(disc2, `${bundle}.part002`));
    const bad = await verify(disc1, disc2, ...key);
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout.replaceAll(/\s+/g, ' ')).toMatch(/PART_DAMAGED.*part002: chunk/);
  });

  it('names the file and the digest of key and policy it judged by', async () => {
    const policy = join(root, 'fixtures/demo/policy.yaml');
    const { stdout } = await verify(
      at('dist/cpu', bundle),
      '--key',
      at('release.pub'),
      '--policy',
      policy,
    );
    const flat = stdout.replaceAll(/\s+/g, ' ');
    expect(flat).toMatch(new RegExp(`${at('release.pub')} \\([0-9a-f]{64}\\)`));
    expect(flat).toMatch(new RegExp(`${policy} \\(sha256:[0-9a-f]{64}\\)`));
  });

  it.each([
    ['a package without a key', packaged, 5, /^NOT PROVEN .*signature/],
    ['a bundle without a key', bundle, 5, /^NOT PROVEN .*signature/],
  ])('does not prove %s, and says so in the first line', async (_name, file, code, first) => {
    const { stdout, exitCode } = await verify(at('dist/cpu', file));
    expect(stdout.split('\n').slice(0, 2).join(' ')).toMatch(first);
    expect(exitCode).toBe(code);
  });

  it('passes without a key where that is asked for, warning in every output', async () => {
    const text = await verify(at('dist/cpu', packaged), '--insecure-allow-unsigned');
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toContain('weakened by --insecure-allow-unsigned');
    expect(text.stderr).toContain('--insecure-allow-unsigned');
    const json = await verify(
      at('dist/cpu', packaged),
      '--insecure-allow-unsigned',
      '--output',
      'json',
    );
    expect(JSON.parse(json.stdout)).toMatchObject({
      trust: { insecure: ['--insecure-allow-unsigned'] },
      verdict: { outcome: 'pass', weakenedBy: ['--insecure-allow-unsigned'] },
    });
  });

  it.each([packaged, bundle])('fails %s under the key of somebody else', async (file) => {
    const { stdout, exitCode } = await verify(at('dist/cpu', file), '--key', at('other.pub'));
    expect(stdout).toContain('SIGNATURE_MISMATCH');
    expect(exitCode).toBe(1);
  });

  it('fails an archive without a signature when a key was given', async () => {
    const copy = await aCopy('unsigned');
    await rm(join(copy, `${bundle}.sigstore.json`));
    await rm(join(copy, 'release.intoto.jsonl'));
    const { exitCode, stdout } = await verify(join(copy, bundle), '--key', at('release.pub'));
    expect(stdout).toContain('SIGNATURE_ABSENT');
    expect(exitCode).toBe(1);
  });

  it('takes the release statement for a signature where the detached one is gone', async () => {
    const copy = await aCopy('statement-only');
    await rm(join(copy, `${bundle}.sigstore.json`));
    const { exitCode, stdout } = await verify(join(copy, bundle), '--key', at('release.pub'));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('release.intoto.jsonl covers');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['a flipped bit in a package', packaged, (copy: string) => flip(join(copy, packaged)), 'fail'],
    ['a flipped bit in a bundle', bundle, (copy: string) => flip(join(copy, bundle), 0.9), 'fail'],
    ['a file that is gone', '', (copy: string) => rm(join(copy, packaged)), 'RELEASE_FILE_MISSING'],
    [
      'a file nobody signed for',
      '',
      (copy: string) => writeFile(join(copy, 'extra.txt'), 'x'),
      'RELEASE_FILE_EXTRA',
    ],
    [
      'a folder nobody signed for',
      '',
      (copy: string) => mkdir(join(copy, 'extra')),
      'RELEASE_FILE_EXTRA',
    ],
    [
      'another report',
      '',
      (copy: string) => writeFile(join(copy, 'report.json'), '{}'),
      'RELEASE_FILE_ALTERED',
    ],
    ['another statement', '', (copy: string) => flip(join(copy, 'release.intoto.jsonl')), 'fail'],
    [
      'a truncated archive',
      packaged,
      async (copy: string) =>
        writeFile(join(copy, packaged), (await readFile(join(copy, packaged))).subarray(0, -100)),
      'fail',
    ],
  ])('fails a folder with %s', async (name, _file, change, expected) => {
    const copy = await aCopy(name.replaceAll(' ', '-'));
    await change(copy);
    const { stdout, exitCode } = await verify(copy, '--key', at('release.pub'));
    expect(stdout.split('\n')[0]).toMatch(/^FAIL/);
    expect(stdout.toLowerCase()).toContain(expected.toLowerCase());
    expect(exitCode).toBe(1);
  });

  it('judges the others beside one that cannot be opened', async () => {
    const { stdout, exitCode } = await verify(
      at('nothing.tar.zst'),
      at('dist/cpu', packaged),
      '--key',
      at('release.pub'),
    );
    expect(stdout).toContain('UNREADABLE');
    expect(stdout).toContain('ARCHIVE_MISSING');
    expect(stdout).toContain('PASS');
    expect(exitCode).toBe(3);
  });

  it.each([
    ['does not exist', () => Promise.resolve(at('nothing')), 'ARCHIVE_MISSING'],
    ['is no archive', () => aFile('text.tar.zst', 'just text'), 'ARCHIVE_UNRECOGNISED'],
    ['is empty', () => aFile('empty.tar.zst', ''), 'ARCHIVE_EMPTY'],
  ])('refuses with exit code 3 what %s', async (_name, make, code) => {
    const { error } = await verify(await make());
    expect(error).toMatchObject({ code, exitCode: 3 });
  });

  it('takes no key, policy or configuration from the folder of the archive or the working directory', async () => {
    const copy = await aCopy('planted');
    await writeFile(
      join(copy, 'policy.yaml'),
      'apiVersion: cowa-release/policy/v1\nrequired: []\n',
    );
    await copyFile(at('release.pub'), join(copy, 'cosign.pub'));
    const before = process.cwd();
    process.chdir(copy);
    try {
      const { exitCode, stdout } = await verify(join(copy, packaged));
      expect(exitCode).toBe(5);
      expect(stdout).toContain('policy  built in');
    } finally {
      process.chdir(before);
    }
  });

  it('fails what is outside the budgets of the policy', async () => {
    await writeFile(
      at('tight.yaml'),
      'apiVersion: cowa-release/policy/v1\nbudgets: [{ kind: image, name: "*", max: 1KiB }]\n',
    );
    const { exitCode, stdout } = await verify(
      at('dist/cpu', packaged),
      '--key',
      at('release.pub'),
      '--policy',
      at('tight.yaml'),
    );
    expect(stdout).toContain('BUDGET_OVER');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['is none', 'apiVersion: cowa-release/policy/v2\n', 'POLICY_INVALID'],
    [
      'has its sizes the wrong way round',
      'apiVersion: cowa-release/policy/v1\nbudgets: [{ kind: image, name: a, min: 2, max: 1 }]\n',
      'POLICY_INVALID',
    ],
  ])('refuses a policy that %s', async (_name, text, code) => {
    await writeFile(at('wrong.yaml'), text);
    const { error } = await verify(at('dist/cpu', packaged), '--policy', at('wrong.yaml'));
    expect(error).toMatchObject({ code, exitCode: 2 });
  });

  it('says what is wrong with a key file', async () => {
    expect(
      (await verify(at('dist/cpu', packaged), '--key', at('nothing.pub'))).error,
    ).toMatchObject({ code: 'KEY_UNREADABLE' });
    expect(
      (await verify(at('dist/cpu', packaged), '--key', at('release.key'))).error,
    ).toMatchObject({ code: 'KEY_PRIVATE_GIVEN' });
  });

  it('prints one JSON document that names its schema', async () => {
    const one = JSON.parse(
      (await verify(at('dist/cpu', packaged), '--key', at('release.pub'), '--json')).stdout,
    );
    expect(one).toMatchObject({
      schema: 'cowa-release/verify-report/v1',
      verdict: { outcome: 'pass', exitCode: 0 },
    });
    const all = JSON.parse(
      (await verify(at('dist/cpu'), '--key', at('release.pub'), '--json')).stdout,
    );
    expect(all).toMatchObject({
      schema: 'cowa-release/verify-folder-report/v1',
      release: { flavor: 'cpu' },
    });
  });

  it('changes nothing beside or inside what it judges', async () => {
    const digests = async () =>
      (await verify(at('dist/cpu'), '--key', at('release.pub'), '--json')).stdout;
    expect(await digests()).toBe(await digests());
  });
});
