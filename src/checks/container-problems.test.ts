import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import type { ArchiveErrorCode } from '../archive/archive-error.ts';
import { catalog } from './catalog.gen.ts';
import { frames } from './container/frames.ts';
import { spokenBy } from './container-problems.ts';
import { runChecks } from './run-checks.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a literal record
const codes = Object.keys(spokenBy) as ArchiveErrorCode[];
const container = catalog.filter((check) => check.id.startsWith('container/'));
const withProblem = (code: ArchiveErrorCode, fatal: boolean) =>
  aPackage()
    .container({ problems: [{ code, message: 'said by the reader', fatal }] })
    .facts();

describe('problems of the container', () => {
  it.each(codes)('%s fails exactly one check, the one named for it', (code) => {
    const fails = runChecks(catalog, withProblem(code, false)).filter(
      (each) => each.outcome === 'fail',
    );
    expect(fails.map((each) => [each.id, each.code, each.severity])).toEqual([
      [spokenBy[code], code, 'error'],
    ]);
  });

  it.each(codes)(
    '%s that ended the reading leaves every other check of the container undecided',
    (code) => {
      const findings = runChecks(container, withProblem(code, true)).filter(
        (each) => each.id !== 'container/format',
      );
      expect(findings.filter((each) => each.outcome === 'pass')).toEqual([]);
      expect(findings.filter((each) => each.outcome === 'fail').map((each) => each.id)).toEqual([
        spokenBy[code],
      ]);
    },
  );

  it('names every check that is there', () => {
    const spoken = new Set<string>(Object.values(spokenBy));
    expect(container.map((check) => check.id).filter((id) => id !== 'container/format')).toEqual(
      [...spoken].sort(),
    );
  });

  it('passes every check of a sound package', () => {
    const findings = runChecks(container, aPackage().facts());
    expect(
      findings.filter((each) => each.outcome !== 'pass').map((each) => [each.id, each.outcome]),
    ).toEqual([
      ['container/parts', 'not-applicable'],
      ['container/seek-table', 'not-applicable'],
    ]);
  });

  it('tells the entry and the place', () => {
    const facts = aPackage()
      .container({
        problems: [
          {
            code: 'ZSTD_CHECKSUM',
            message: 'a frame is wrong',
            offset: 77,
            entry: 'a/b',
            fatal: false,
          },
        ],
      })
      .facts();
    expect(runChecks([frames], facts)[0]).toMatchObject({
      subject: { kind: 'entry', name: 'a/b' },
      message: 'a frame is wrong (near byte 77 of the file)',
    });
  });
});
