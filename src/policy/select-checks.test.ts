import { describe, expect, it } from 'vitest';
import { allChecks } from '../checks/all-checks.ts';
import { judgeFindings } from './judge-findings.ts';
import { builtInPolicy } from './policy.ts';
import { allSelected, type CheckSelection, selectChecks, selectionFlags } from './select-checks.ts';

const checks = allChecks();
const select = (selection: Partial<CheckSelection>) =>
  selectChecks(checks, { ...allSelected, ...selection }, 'a.tar.zst');

describe('selectChecks', () => {
  it('runs everything unless asked otherwise', () => {
    expect(select({})).toEqual({ chosen: checks, left: [] });
  });

  it.each<[string, Partial<CheckSelection>, readonly string[]]>([
    ['only one', { only: ['names/file-name'] }, ['names/file-name']],
    ['only an area', { only: ['names/*'] }, ['names/consistency', 'names/file-name']],
    ['an area but one', { only: ['names/*'], skip: ['*/file-name'] }, ['names/consistency']],
    ['none', { skip: ['*'] }, []],
  ])('%s', (_name, selection, expected) => {
    const { chosen, left } = select(selection);
    expect(chosen.map(({ id }) => id)).toEqual(expected);
    expect(left.length + chosen.length).toBe(checks.length);
    expect(
      left.every(({ outcome, code }) => outcome === 'undecided' && code === 'CHECK_SKIPPED'),
    ).toBe(true);
  });

  it('says in the finding and in the verdict what was left out', () => {
    const selection = { only: [], skip: ['signature/*'] };
    const { left } = selectChecks(checks, selection, 'a.tar.zst');
    expect(left[0]?.message).toBe('not looked at, as asked for by --skip signature/*');
    const { verdict } = judgeFindings(left, builtInPolicy, {
      subject: 'a.tar.zst',
      checks,
      at: undefined,
      weakenedBy: selectionFlags(selection),
    });
    expect(verdict).toMatchObject({ outcome: 'incomplete', missingEvidence: ['signature'] });
    expect(verdict.headline).toContain('weakened by --skip signature/*');
  });
});
