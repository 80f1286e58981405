import { describe, expect, it } from 'vitest';
import type { LintFinding } from '../lint/lint-check.ts';
import type { FoundRelease } from './find-definitions.ts';
import { flawFinding, foldHanging, uniqueFindings } from './lint-findings.ts';
import { nearest } from './lint-jobs.ts';
import type { DefinitionFlaw } from './load-definition.ts';

const help = { why: 'w', fix: 'f', source: 's' };

function finding(id: string, name: string, message: string, hangsOn?: string): LintFinding {
  const [area, rest] = id.split('/');
  return {
    id: `${area}/${rest}`,
    severity: 'error',
    outcome: 'undecided',
    subject: { kind: 'file', name },
    message,
    help,
    ...(hangsOn === undefined ? {} : { hangsOn }),
  };
}

function flaw(kind: DefinitionFlaw['kind'], field: string): DefinitionFlaw {
  return {
    kind,
    component: '',
    field,
    message: 'm',
    place: { file: 'zarf.yaml', line: 1, column: 1 },
  };
}

describe('flawFinding', () => {
  it.each([
    ['what an action makes', 'made', '/files/0', true, []],
    ['a chart that is missing, which rendering tells', 'missing', '/charts/0', true, []],
    ['a file that is missing', 'missing', '/files/0', false, ['PACK_INPUT_MISSING']],
    ['what is not built, unreleased', 'unsupported', '/files/0', false, []],
    ['what is not built, released', 'unsupported', '/files/0', true, ['PACK_UNSUPPORTED']],
    ['what is fetched, released', 'remote', '/files/0', true, []],
  ] as const)('tells of %s', (_name, kind, field, released, codes) => {
    expect(flawFinding(flaw(kind, field), released).map(({ code }) => code)).toEqual(codes);
  });
});

describe('foldHanging', () => {
  it('counts what hangs on a file that could not be read, where that is told', () => {
    const told = finding('deployment/rendered', 'a.yaml', 'no function x');
    const other = finding('deployment/rendered', 'a.yaml', 'something else');
    const hanging = finding('target/kinds', 'z', 'm', 'a.yaml: no function x');
    expect(foldHanging([other, told, hanging]).map(({ message }) => message)).toEqual([
      'something else',
      'no function x (1 more result of 1 check hangs on it)',
    ]);
  });
});

it('tells two alike once, and two places of one fault twice', () => {
  const one = finding('target/kinds', 'a', 'm');
  expect(uniqueFindings([one, { ...one }, finding('target/kinds', 'b', 'm')])).toHaveLength(2);
});

it('a file belongs to the innermost release around it', () => {
  const release = (folder: string) => ({ folder }) as FoundRelease;
  const releases = [release('.'), release('a'), release('a/b'), release('a/bc')];
  expect(nearest('a/b/c/zarf.yaml', releases)?.folder).toBe('a/b');
  expect(nearest('ab/zarf.yaml', releases)?.folder).toBe('.');
});
