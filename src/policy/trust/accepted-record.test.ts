import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aTrustPolicy } from '../../../test/support/a-trust-policy.ts';
import { digestOf } from '../../oci/digest.ts';
import {
  type AcceptedItem,
  type AcceptedRecord,
  acceptedPredicateType,
  keyOf,
  parseAcceptedRecord,
  renderAcceptedRecord,
} from './accepted-record.ts';
import { acceptItems } from './compare-accepted.ts';

const item: AcceptedItem = {
  kind: 'statement',
  name: 'shop',
  line: 'cpu',
  version: '1.0.0',
  counter: 41,
  digest: digestOf('a'),
  time: '2026-01-01T00:00:00.000Z',
};
const record: AcceptedRecord = { policy: undefined, latestTime: undefined, items: [item] };
const digest = fc.string().map((text) => digestOf(text));
const time = fc
  .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  .map((date) => date.toISOString());
const optional = <T extends object>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant({}), arbitrary);
const items = fc.uniqueArray(
  fc
    .tuple(
      fc.record({
        kind: fc.constantFrom('statement' as const, 'bundle' as const, 'package' as const),
        name: fc.string(),
        line: fc.string(),
        version: fc.string(),
        digest,
      }),
      optional(fc.record({ counter: fc.nat() })),
      optional(fc.record({ time })),
    )
    .map(([one, counter, when]): AcceptedItem => ({ ...one, ...counter, ...when })),
  { selector: keyOf, maxLength: 5 },
);

describe('a record of what was accepted', () => {
  it('is read back as it was written, sorted', () => {
    fc.assert(
      fc.property(
        items,
        fc.option(time, { nil: undefined }),
        fc.option(fc.record({ version: fc.nat(), digest }), { nil: undefined }),
        (some, latestTime, policy) => {
          const text = renderAcceptedRecord({ items: some, latestTime, policy });
          const read = parseAcceptedRecord(Buffer.from(text));
          expect(renderAcceptedRecord(read)).toBe(text);
          expect(new Set(read.items.map(keyOf))).toEqual(new Set(some.map(keyOf)));
          expect(read).toMatchObject({ latestTime, policy });
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each<[string, (text: string) => string]>([
    ['another predicate type', (text) => text.replace(acceptedPredicateType, 'https://x')],
    ['an unknown member', (text) => text.replace('"items"', '"more":1,"items"')],
    ['an unknown member of an item', (text) => text.replace('"line"', '"more":1,"line"')],
    ['another kind', (text) => text.replace('"kind":"statement"', '"kind":"image"')],
    ['a counter below zero', (text) => text.replace('"counter":41', '"counter":-1')],
    ['a time in another form', (text) => text.replace('2026-01-01T00:00:00.000Z', '2026-01-01')],
    ['a digest that is none', (text) => text.replace(/"digest":"sha256:./, '"digest":"sha256:x')],
    ['one line twice', (text) => text.replace(/"items":\[(.*)\]/, '"items":[$1,$1]')],
    ['items that are no list', (text) => text.replace(/"items":\[.*\]/, '"items":{}')],
  ])('is refused with %s', (_name, change) => {
    const text = renderAcceptedRecord(record);
    expect(change(text)).not.toBe(text);
    expect(() => parseAcceptedRecord(Buffer.from(change(text)))).toThrow(
      expect.objectContaining({ code: 'STATEMENT_PREDICATE' }),
    );
  });

  it('keeps what nothing new was accepted of, and its time never goes back', () => {
    const policy = aTrustPolicy();
    const before = { ...record, latestTime: '2026-11-01T00:00:00.000Z' };
    const newer = { ...item, counter: 42, digest: digestOf('b') };
    const other = { ...item, line: 'gpu' };
    const after = acceptItems(before, {
      policy,
      items: [newer, other],
      times: ['2026-10-01T00:00:00Z'],
    });
    expect(after).toEqual({
      policy: { version: 7, digest: policy.origin?.digest },
      latestTime: '2026-11-01T00:00:00.000Z',
      items: [newer, other],
    });
    expect(
      acceptItems(after, { policy, items: [], times: ['2026-12-01T00:00:00Z'] }).latestTime,
    ).toBe('2026-12-01T00:00:00.000Z');
  });
});
