import { describe, expect, it } from 'vitest';
import { aDossier, dossierInputs, withDigest } from '../../test/support/a-dossier.ts';
import { aVerifyReport } from '../../test/support/a-verify-report.ts';
import type { ReproductionStatement } from '../checks/provenance-facts.ts';
import { digestOf } from '../oci/digest.ts';
import type { Dossier } from '../report/dossier/dossier.ts';

const digest = digestOf('archive');

function said(
  outcome: 'identical' | 'same-content' | 'different',
  party = 'key:site',
): ReproductionStatement {
  return {
    state: 'believed',
    location: `${outcome}.intoto.jsonl`,
    signers: ['site'],
    parties: [party],
    made: {
      archive: { name: 'demo.tar.zst', digest },
      outcome,
      rebuilt: digest,
      differences: 0,
      inputs: [],
      programVersion: '1',
      time: new Date(0),
    },
  };
}

const refused: ReproductionStatement = {
  state: 'refused',
  location: 'x.intoto.jsonl',
  code: 'SIGNATURE_MISMATCH',
  reason: 'not by it',
};

function judged(reproductions: readonly ReproductionStatement[], more = {}): Dossier {
  const seen = dossierInputs().seen.map((each) => ({ ...each, reproductions, ...more }));
  return aDossier({ seen });
}

describe('what the report says of making it again', () => {
  it.each([
    ['nothing', [], undefined, 'caveat'],
    ['the same bytes', [said('identical')], 'same', 'met'],
    ['the same but for signatures', [said('same-content')], 'same-content', 'caveat'],
    [
      'one says less than another',
      [said('identical'), said('same-content')],
      'same-content',
      'caveat',
    ],
    ['one says it differs', [said('identical'), said('different')], 'different', 'not-met'],
    ['a stranger says so', [refused], 'unknown', 'caveat'],
    ['a stranger beside one who is believed', [refused, said('identical')], 'same', 'met'],
  ] as const)('%s', (_what, statements, outcome, status) => {
    const { reproducibility, verdict, notLookedAt } = judged(statements);
    expect(reproducibility?.outcome).toBe(outcome);
    const criterion = verdict.criteria.find(({ id }) => id === 'reproducibility');
    expect(criterion?.status).toBe(status);
    expect(criterion?.caveat === '').toBe(status === 'met');
    expect(notLookedAt.some(({ id }) => id === 'reproducibility')).toBe(
      outcome === undefined || outcome === 'unknown',
    );
    if (status === 'not-met') expect(verdict.status).toBe('not-met');
  });

  it.each([
    ['only whoever signed it', [said('identical', 'key:rel')], 'own', 'caveat'],
    ['somebody else beside', [said('identical', 'key:rel'), said('identical')], 'same', 'met'],
    ['whoever signed it, something else', [said('different', 'key:rel')], 'different', 'not-met'],
  ] as const)('of %s', (_what, reproductions, outcome, status) => {
    const level = { kind: 'package', name: 'demo', state: 'accepted', reason: 'signed' } as const;
    const signer = { signer: 'rel', party: 'key:rel', role: 'release', location: 'x' };
    const result = {
      ...withDigest(aVerifyReport([], { name: 'demo.tar.zst' })),
      levels: [{ ...level, signers: [{ ...signer, stampedTimes: [] }] }],
    };
    const seen = dossierInputs().seen.map((each) => ({ ...each, reproductions }));
    const { reproducibility, verdict } = aDossier({ seen, result });
    expect(reproducibility?.outcome).toBe(outcome);
    expect(reproducibility?.statements[0]?.byReleaser).toBe(true);
    const criterion = verdict.criteria.find(({ id }) => id === 'reproducibility');
    expect(criterion?.status).toBe(status);
  });

  it('is partly where nobody says so of an archive', () => {
    const { reproducibility } = judged([said('identical')], { archive: 'other.tar.zst' });
    expect(reproducibility?.outcome).toBe('partly');
    expect(reproducibility?.reason).toMatch(/of 1 of 1 archives/);
  });

  it('takes nothing over of what nobody believes', () => {
    const [statement] = judged([refused]).reproducibility?.statements ?? [];
    expect(statement).toEqual({
      archive: expect.any(String),
      state: 'refused',
      reason: 'not by it (SIGNATURE_MISMATCH)',
      signers: [],
      document: { name: 'x.intoto.jsonl' },
    });
  });
});
