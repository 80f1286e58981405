import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { catalog } from './catalog.gen.ts';
import { type Check, defineCheck, type Result } from './check.ts';
import { runChecks } from './run-checks.ts';

const subject = { kind: 'archive', name: 'a' } as const;

function checkThat(
  id: Check['id'],
  severity: Check['severity'],
  results: readonly Result[],
): Check {
  return defineCheck({
    id,
    title: 'A check',
    area: 'container',
    severity,
    needs: ['identity'],
    help: { why: 'why', fix: 'fix', source: 'source' },
    evaluate: () => results,
  });
}

describe('runChecks', () => {
  it('sorts by severity, outcome, id, subject and message', () => {
    const result = (
      outcome: Result['outcome'],
      name: string,
      severity?: Result['severity'],
    ): Result => ({
      outcome,
      subject: { kind: 'entry', name },
      message: `about ${name}`,
      ...(severity === undefined ? {} : { severity }),
    });
    const checks = [
      checkThat('b/b', 'warning', [result('pass', 'x'), result('fail', 'x')]),
      checkThat('a/a', 'error', [
        result('not-applicable', 'a'),
        result('fail', 'z', 'note'),
        result('undecided', 'b'),
        result('fail', 'b'),
        result('fail', 'a'),
      ]),
    ];
    const found = runChecks(checks, aPackage().facts());
    expect(found.map((each) => `${each.severity} ${each.outcome} ${each.subject.name}`)).toEqual([
      'error fail a',
      'error fail b',
      'error undecided b',
      'error not-applicable a',
      'warning fail x',
      'warning pass x',
      'note fail z',
    ]);
  });

  it('gives the same findings in whatever order the checks stand', () => {
    const facts = aPackage().image({ architecture: 'arm64' }).tampered('extra.txt', 'x').facts();
    const expected = runChecks(catalog, facts);
    fc.assert(
      fc.property(fc.shuffledSubarray([...catalog], { minLength: catalog.length }), (checks) => {
        expect(runChecks(checks, facts)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('lets no text of an archive act on a terminal', () => {
    const name = 'a\u001b[2K\nPASS';
    const result: Result = {
      outcome: 'fail',
      subject: { kind: 'entry', name },
      message: `bad ${name}`,
    };
    const [found] = runChecks([checkThat('a/a', 'error', [result])], aPackage().facts());
    expect([found?.subject.name, found?.message]).toEqual([
      'a\\u{1b}[2K\\u{a}PASS',
      'bad a\\u{1b}[2K\\u{a}PASS',
    ]);
  });

  it('shows a check only the facts it asked for', () => {
    let seen: readonly string[] = [];
    const check: Check = {
      ...checkThat('a/a', 'error', []),
      evaluate: (facts) => {
        seen = Object.keys(facts);
        return [];
      },
    };
    runChecks([check], aPackage().facts());
    expect(seen).toEqual(['identity']);
  });

  it('counts what one check finds beyond the 200th of a kind', () => {
    const fails = Array.from(
      { length: 1000 },
      (_, at): Result => ({ outcome: 'fail', subject, message: `number ${at}` }),
    );
    const found = runChecks(
      [checkThat('a/a', 'error', [...fails, { outcome: 'pass', subject, message: 'one' }])],
      aPackage().facts(),
    );
    expect(found.length).toBe(202);
    expect(found.filter((each) => each.message === '800 more of this kind')).toMatchObject([
      { outcome: 'fail', severity: 'error', id: 'a/a' },
    ]);
  });
});

describe('the catalogue', () => {
  it('has every id once, sorted, with help for each', () => {
    const ids = catalog.map((check) => check.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const { title, help } of catalog)
      for (const text of [title, help.why, help.fix, help.source]) expect(text.trim()).not.toBe('');
  });

  it('speaks about every archive: no check is silent', () => {
    for (const facts of [
      aPackage().facts(),
      aPackage().image().facts(),
      aPackage().cutBefore().facts(),
      aPackage().inBundle(),
    ]) {
      const spoken = new Set(runChecks(catalog, facts).map((each) => each.id));
      expect(
        catalog.map((check) => check.id).filter((id) => !spoken.has(id) && !isOfOthers(id)),
      ).toEqual([]);
    }
  });
});

/** Areas whose facts a package alone does not have. */
function isOfOthers(id: string): boolean {
  return !/^(container|checksums|oci|definition|names|components)\//.test(id);
}
