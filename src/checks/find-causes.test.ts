import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckId, GroundedFinding, Outcome } from './check.ts';
import { followsText, linkCauses } from './find-causes.ts';
import { sortFindings } from './sort-findings.ts';

const help = { why: 'why', fix: 'fix', source: 'source' };

function finding(
  id: CheckId,
  outcome: Outcome,
  restsOn?: string,
  more: Partial<GroundedFinding> = {},
): GroundedFinding {
  return {
    id,
    severity: 'error',
    outcome,
    subject: { kind: 'entry', name: restsOn ?? 'other' },
    message: 'message',
    help,
    ...(restsOn === undefined ? {} : { restsOn }),
    ...more,
  };
}

const inShort = (findings: readonly GroundedFinding[]): readonly string[] =>
  linkCauses(findings).map(({ id, followsFrom }) => `${id} < ${followsFrom?.id ?? '-'}`);

describe('linkCauses', () => {
  it.each([
    {
      name: 'a file that is missing is told once, by the check that looks at files',
      given: [
        finding('oci/nothing-missing', 'fail', 'x'),
        finding('checksums/complete', 'fail', 'x'),
        finding('components/tars-present', 'undecided', 'x'),
      ],
      expected: [
        'oci/nothing-missing < checksums/complete',
        'checksums/complete < -',
        'components/tars-present < checksums/complete',
      ],
    },
    {
      name: 'another file is another matter',
      given: [
        finding('checksums/complete', 'fail', 'x'),
        finding('oci/blob-digest', 'fail', 'y'),
        finding('signature/archive', 'fail'),
      ],
      expected: ['checksums/complete < -', 'oci/blob-digest < -', 'signature/archive < -'],
    },
    {
      name: 'what only could not be looked at is no cause',
      given: [
        finding('container/frames', 'undecided', 'x'),
        finding('checksums/complete', 'undecided', 'x'),
      ],
      expected: ['container/frames < -', 'checksums/complete < -'],
    },
    {
      name: 'what passed follows from nothing',
      given: [finding('container/frames', 'fail', 'x'), finding('oci/layout', 'pass', 'x')],
      expected: ['container/frames < -', 'oci/layout < -'],
    },
    {
      name: 'the same told twice by one check stands beside itself',
      given: [
        finding('container/frames', 'fail', 'x', { code: 'A' }),
        finding('container/frames', 'fail', 'x', { code: 'A', message: 'other' }),
        finding('container/frames', 'fail', 'x', { code: 'B' }),
      ],
      expected: [
        'container/frames < -',
        'container/frames < -',
        'container/frames < container/frames',
      ],
    },
  ])('$name', ({ given, expected }) => {
    expect(inShort(given)).toEqual(expected);
  });

  it('takes nothing away, changes no outcome, and keeps the ground out of reports', () => {
    const some = fc.record({
      id: fc.constantFrom<CheckId>('container/frames', 'checksums/complete', 'oci/layout', 'a/b'),
      outcome: fc.constantFrom<Outcome>('fail', 'undecided', 'pass', 'not-applicable'),
      restsOn: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 12 }), (drafts) => {
        const given = drafts.map(({ id, outcome, restsOn }) => finding(id, outcome, restsOn));
        const linked = linkCauses(given);
        expect(linked.map(({ followsFrom: _, ...each }) => each)).toEqual(
          given.map(({ restsOn: _, ...each }) => each),
        );
        for (const { followsFrom } of linked)
          if (followsFrom !== undefined)
            expect(
              linked.some(
                (each) =>
                  each.id === followsFrom.id &&
                  each.subject.name === followsFrom.subject &&
                  each.outcome === 'fail' &&
                  each.followsFrom === undefined,
              ),
            ).toBe(true);
      }),
    );
  });

  it('says the cause in words', () => {
    const [, second] = linkCauses([
      finding('container/frames', 'fail', 'x', { code: 'ZSTD_TRUNCATED' }),
      finding('oci/layout', 'undecided', 'x'),
    ]);
    expect(second === undefined ? '' : followsText(second)).toBe(
      'follows from container/frames [ZSTD_TRUNCATED] of x',
    );
    expect(followsText({})).toBe('');
  });
});

describe('sortFindings', () => {
  it('puts causes first and what follows from them last, of what weighs the same', () => {
    const linked = linkCauses([
      finding('bundle/file-name', 'fail'),
      finding('components/tars-present', 'fail', 'x'),
      finding('checksums/complete', 'fail', 'x'),
      finding('oci/layout', 'undecided', 'x'),
      finding('names/file-name', 'undecided'),
      finding('container/parts', 'fail', undefined, { subject: { kind: 'archive', name: 'a' } }),
      finding('container/parts', 'fail', undefined, { subject: { kind: 'file', name: 'z' } }),
    ]);
    expect(sortFindings(linked).map(({ id, subject }) => `${id} ${subject.kind}`)).toEqual([
      'container/parts file',
      'container/parts archive',
      'checksums/complete entry',
      'bundle/file-name entry',
      'components/tars-present entry',
      'names/file-name entry',
      'oci/layout entry',
    ]);
  });
});
