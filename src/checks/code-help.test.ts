import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { allChecks } from './all-checks.ts';
import { helpOf, sharedHelp } from './code-help.ts';
import { findingCodes } from './finding-codes.gen.ts';
import { runFolderChecks } from './release-folder.ts';
import { runChecks } from './run-checks.ts';
import { members } from './signature/members.ts';
import { stray } from './signature/stray.ts';

const help = { why: 'w', fix: 'f', source: 's' };
const own = { X_Y: { why: 'own why', fix: 'own fix' } };

describe('helpOf', () => {
  it.each([
    ['no code', undefined, 'f'],
    ['a code nobody speaks of', 'OTHER_CODE', 'f'],
    ['a code the check speaks of', 'X_Y', 'own fix'],
    ['a code that several checks tell', 'TRUST_AGE', sharedHelp('TRUST_AGE')?.fix],
  ])('%s', (_name, code, fix) => {
    const found = helpOf({ help, codes: own }, code);
    expect([found.fix, found.source]).toEqual([fix, 's']);
  });

  it('takes the word of the check before that of all', () => {
    expect(helpOf({ help, codes: { TRUST_AGE: own.X_Y } }, 'TRUST_AGE').fix).toBe('own fix');
  });
});

it('findings carry what is to be done about their code', () => {
  const facts = aPackage().facts();
  const result = {
    topic: 'stray',
    outcome: 'undecided',
    subject: { kind: 'file', name: 'a' },
    message: 'm',
    code: 'SIGNATURE_UNREAD',
  } as const;
  const trust = { results: [result], objects: [], times: [] };
  const [found] = runChecks([stray], { ...facts, signatures: { ...facts.signatures, trust } });
  expect(found?.help.fix).toContain('--quick');
  const [folder] = runFolderChecks({
    folder: 'f',
    statement: { outcome: 'invalid', code: 'TRUST_THRESHOLD', reason: 'r' },
    keyGiven: true,
    allowUnsigned: false,
    sums: undefined,
    sumsFaults: [],
    unjudged: [],
  }).filter(({ id }) => id === 'statement/signature');
  expect(folder?.help.fix).toContain('release.2.intoto.jsonl');
});

it('advice is for codes that are told, by the check that tells them', () => {
  const known = new Set(findingCodes.map(({ code }) => code));
  const spoken = allChecks().flatMap(({ codes }) => Object.keys(codes ?? {}));
  expect(spoken.filter((code) => !known.has(code))).toEqual([]);
  expect(Object.keys(members.codes ?? {})).toContain('SIGNATURE_NO_KEY');
});
