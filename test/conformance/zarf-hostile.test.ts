import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostilePackage, type PackageOp } from '../support/hostile-package.ts';
import { judgeArchive } from '../support/judge-archive.ts';

interface Row {
  readonly id: string;
  readonly base: string;
  readonly ops: readonly PackageOp[];
  readonly want: 'accept' | 'warn' | 'reject';
}

const folder = join(import.meta.dirname, 'zarf');
const rows: Row[] = JSON.parse(readFileSync(join(folder, 'hostile.json'), 'utf8')).rows;
const packages: { id: string; open: string; publicKey: string | null }[] = JSON.parse(
  readFileSync(join(folder, 'expect.json'), 'utf8'),
).packages;

describe('hostile packages', () => {
  it.each(rows)('$id: $want', async ({ base, ops, want }) => {
    const known = packages.find((each) => each.id === base) ?? expect.fail(`no package ${base}`);
    const { bytes, fileName } = hostilePackage(
      { fileName: basename(known.open), bytes: readFileSync(join(folder, known.open)) },
      ops,
    );
    const { findings } = await judgeArchive(bytes, fileName);
    const fails = findings.filter((each) => each.outcome === 'fail');
    const said = fails.some((each) => each.severity === 'error')
      ? 'reject'
      : fails.length > 0
        ? 'warn'
        : findings.some((each) => each.outcome === 'undecided' && !each.id.startsWith('signature/'))
          ? 'undecided'
          : 'accept';
    expect([said, fails.map((each) => `${each.id} ${each.code} ${each.message}`)]).toEqual([
      want,
      expect.anything(),
    ]);
  });
});
