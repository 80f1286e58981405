import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Verify from '../../src/commands/verify.ts';
import { aPackage } from '../support/a-package.ts';
import { testKeys } from '../support/a-trust-policy.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { blobSignature } from '../support/trust-evidence.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
let folder = '';
let archive = '';
const key = () => ['--key', join(folder, 'rel.pub')];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-drill-'));
  const bare = aPackage()
    .image()
    .defining((text) => text.replace('build:', 'build:\n  signed: true'));
  const yaml = bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content ?? '';
  const signature = blobSignature(Buffer.from(yaml), 'rel-a');
  const { bytes, fileName } = bare.with('zarf.bundle.sig', signature).archive();
  archive = join(folder, fileName);
  await writeFile(archive, bytes);
  await writeFile(join(folder, 'rel.pub'), testKeys['rel-a'].pem);
});
afterEach(() => {
  process.exitCode = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const drill = (...more: readonly string[]) =>
  captureOutput(() => Verify.run([archive, '--drill', ...more], config));

describe('verify --drill', () => {
  it('shows each way and what refuses it, and changes nothing', async () => {
    const before = { bytes: await readFile(archive), at: (await stat(archive)).mtimeMs };
    const { stdout, error } = await drill(...key());
    expect(error).toBeUndefined();
    expect(process.exitCode ?? 0).toBe(0);
    expect(stdout).toMatch(/^ALL REFUSED {2}/);
    expect(stdout).toContain('✓ wrong-key');
    expect(stdout).toContain('judged the very');
    expect(stdout).toMatch(/Read \d+ times/);
    expect(await readFile(archive)).toEqual(before.bytes);
    expect((await stat(archive)).mtimeMs).toBe(before.at);
  });

  it('is one document with --output json, by its schema', async () => {
    const { stdout } = await drill(...key(), '--output', 'json');
    const report = JSON.parse(stdout);
    expect(schemaFaults('verify-drill-result', report)).toEqual([]);
    expect(report).toMatchObject({ outcome: 'all-refused', unchanged: true });
  });

  it('fails with exit code 1 where nobody judged the signature', async () => {
    const { stdout } = await drill();
    expect(stdout).toMatch(/^NOT ALL REFUSED/);
    expect(process.exitCode).toBe(1);
  });

  it.each([
    ['several places', ['other.tar.zst']],
    ['a form it has not', ['--output', 'sarif']],
  ])('refuses %s', async (_name, args) => {
    expect((await drill(...key(), ...args)).error).toMatchObject({ code: 'DRILL_NOT_POSSIBLE' });
  });
});
