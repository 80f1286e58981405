import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram, notBuilt } from '../support/built-program.ts';

const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
const kills = 8;
const partName = (number: number): string => `${name}.part00${number}`;
let folder = '';
let whole = '';
const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-split-kill-'));
  await writeFile(join(folder, name), randomBytes(128 * 2 ** 20));
  whole = await sha256(join(folder, name));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(notBuilt !== undefined)(
  `split and join, killed${notBuilt === undefined ? '' : ` (skipped: ${notBuilt})`}`,
  () => {
    it('at random moments leave whole parts and no header, and the next run goes on', async () => {
      const out = join(folder, 'parts');
      const split = ['split', join(folder, name), '--size', '30MB', '--out', out, '--quiet'];
      const { durationMs } = await builtProgram(split);
      const names = await readdir(out);
      const digests = new Map<string, string>();
      for (const each of names) digests.set(each, await sha256(join(out, each)));
      for (let attempt = 0; attempt < kills; attempt++) {
        await rm(out, { recursive: true, force: true });
        const killAfterMs = (durationMs * (attempt + Math.random())) / kills;
        await builtProgram(split, { killAfterMs });
        const left = (await readdir(out).catch(() => [])).filter((each) => !each.startsWith('.'));
        for (const each of left) expect(await sha256(join(out, each))).toBe(digests.get(each));
        if (left.includes(partName(0))) expect(left).toEqual(names);
        expect(await builtProgram(split)).toMatchObject({ code: 0, stderr: '' });
        expect(await readdir(out)).toEqual(names);
        for (const each of names) expect(await sha256(join(out, each))).toBe(digests.get(each));
      }
      const joining = ['join', out, '--out', join(folder, 'joined/'), '--quiet'];
      for (const killAfterMs of [durationMs / 2, durationMs]) {
        await builtProgram(joining, { killAfterMs });
        const left = await readdir(join(folder, 'joined')).catch((): string[] => []);
        if (left.includes(name)) expect(await sha256(join(folder, 'joined', name))).toBe(whole);
      }
      expect(await builtProgram(joining)).toMatchObject({ code: 0, stderr: '' });
      expect(await readdir(join(folder, 'joined'))).toEqual([name]);
      expect(await sha256(join(folder, 'joined', name))).toBe(whole);
    });
  },
);
