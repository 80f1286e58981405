import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Inspect from '../../src/commands/inspect.ts';
import Join from '../../src/commands/join.ts';
import Split from '../../src/commands/split.ts';
import Verify from '../../src/commands/verify.ts';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
let folder = '';
let input = '';
let bytes: Buffer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-split-'));
  input = join(folder, name);
  bytes = Buffer.from(await archiveOf(packageArchiveOrder((await samplePackage()).files)));
  await writeFile(input, bytes);
});
afterEach(async () => {
  process.exitCode = undefined;
  await rm(folder, { recursive: true, force: true });
});

const split = (...argv: string[]) => captureOutput(() => Split.run([input, ...argv], config));
const joined = (...argv: string[]) => captureOutput(() => Join.run(argv, config));

describe('split and join', () => {
  it('cut an archive that verify and inspect take as it lies, and put it together again', async () => {
    const out = join(folder, 'parts');
    const size = `${Math.ceil(bytes.length / 3)}`;
    const { stdout } = await split('--size', size, '--out', out);
    expect(stdout).toContain(`SPLIT  ${name}`);
    expect(await readdir(out)).toEqual([
      `${name}.chunks.json`,
      ...[0, 1, 2, 3].map((number) => `${name}.part00${number}`),
    ]);
    const part = join(out, `${name}.part002`);
    const verdict = await captureOutput(() =>
      Verify.run([part, '--insecure-allow-unsigned', '--json'], config),
    );
    expect(JSON.parse(verdict.stdout)).toMatchObject({
      archive: { name },
      verdict: { outcome: 'pass' },
    });
    const shown = await captureOutput(() => Inspect.run([out, '--json'], config));
    expect(JSON.parse(shown.stdout)).toMatchObject({ archive: { name }, complete: true });
    const whole = await joined(out, '--out', join(folder, 'whole/'), '--json');
    expect(JSON.parse(whole.stdout)).toMatchObject({
      schema: 'cowa-release/join-result/v1',
      outcome: 'joined',
      archive: join(folder, 'whole', name),
      parts: 3,
    });
    expect((await readFile(join(folder, 'whole', name))).equals(bytes)).toBe(true);
    const again = await joined(part, '--out', join(folder, 'whole'));
    expect(again.stdout).toContain('UNCHANGED');
  });

  it('say what a size is', async () => {
    const { error } = await split('--size', 'a lot');
    expect(error).toMatchObject({ code: 'SPLIT_SIZE', exitCode: 2 });
  });

  it('name the piece that is bad', async () => {
    const out = join(folder, 'parts');
    await split('--size', `${Math.ceil(bytes.length / 2)}`, '--out', out, '--json');
    const bad = await readFile(join(out, `${name}.part002`));
    bad[3] = 1 ^ (bad[3] ?? 0);
    await writeFile(join(out, `${name}.part002`), bad);
    const { error } = await joined(out, '--out', join(folder, 'whole/'));
    expect(error).toMatchObject({
      code: 'JOIN_DAMAGED',
      exitCode: 3,
      suggestions: [expect.stringContaining(`${name}.part002`)],
    });
    expect(await readdir(join(folder, 'whole'))).toEqual([]);
  });

  it('replace another archive only when told', async () => {
    const out = join(folder, 'parts');
    await split('--size', '1GB', '--out', out);
    await writeFile(join(folder, 'other.tar.zst'), 'other');
    const target = join(folder, 'other.tar.zst');
    const { error } = await joined(out, '--out', target);
    expect(error).toMatchObject({ code: 'JOIN_TARGET_EXISTS' });
    expect((await joined(out, '--out', target, '--replace')).error).toBeUndefined();
    expect((await readFile(target)).equals(bytes)).toBe(true);
  });
});
