import { expect, it } from 'vitest';
import { defaultReadLimits, limitFlags } from '../archive/read-limits.ts';
import { allChecks } from '../checks/all-checks.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { judgeChecked } from './judge-checked.ts';

const subject = { name: 'a.tar.zst', insecure: ['--insecure-allow-unsigned'], signedTimes: [] };
const judge = (judging: Parameters<typeof judgeChecked>[4]) =>
  judgeChecked(allChecks(), () => [], builtInPolicy, subject, judging).verdict;

it.each(Object.entries(limitFlags))(
  '%s above what is usual weakens the verdict, below it does not',
  (flag, limit) => {
    const usual = defaultReadLimits[limit];
    const raised = judge({ limits: { ...defaultReadLimits, [limit]: usual + 1 } });
    expect(raised.weakenedBy).toEqual(['--insecure-allow-unsigned', flag]);
    expect(raised.headline).toContain(flag);
    for (const same of [usual, usual - 1])
      expect(judge({ limits: { ...defaultReadLimits, [limit]: same } }).weakenedBy).toEqual([
        '--insecure-allow-unsigned',
      ]);
  },
);

it('names everything that weakens it, in the order insecure, left out, raised', () => {
  const { weakenedBy } = judge({
    selection: { only: [], skip: ['names/*'] },
    limits: { ...defaultReadLimits, maxEntries: defaultReadLimits.maxEntries + 1 },
  });
  expect(weakenedBy).toEqual(['--insecure-allow-unsigned', '--skip names/*', '--max-entries']);
  expect(judge(undefined).weakenedBy).toEqual(['--insecure-allow-unsigned']);
});
