import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, hexOf } from '../oci/digest.ts';
import {
  type Approval,
  approvalPredicateType,
  maxCommentLength,
  parseApproval,
  renderApproval,
} from './approval.ts';

const digest = digestOf('statement');
const release: Approval = {
  about: {
    kind: 'release',
    product: 'shop',
    version: '1.0.0',
    flavor: 'gpu',
    counter: 41,
    digest,
  },
  role: 'approver',
  approvedAt: '2026-11-21T12:00:00.000Z',
  verification: {
    outcome: 'pass',
    programVersion: '0.1.0',
    trustPolicy: digestOf('policy'),
    weakenedBy: [],
  },
};
const archive: Approval = {
  ...release,
  about: { kind: 'archive', name: 'a.tar.zst', digest, root: digestOf('root') },
  comment: 'Change 4711',
};

type Json = Record<string, unknown>;

/** The statement of an approval, changed. */
function changed(change: (statement: Json, predicate: Json) => void): Buffer {
  const statement: Json = JSON.parse(renderApproval(release));
  change(statement, statement['predicate'] as Json);
  return Buffer.from(JSON.stringify(statement));
}

describe('approvals', () => {
  it.each([
    ['of a release', release],
    ['of an archive', archive],
    ['of an archive without a root', { ...archive, about: { ...archive.about, root: undefined } }],
  ])('%s are read back as they were written', (_name, approval) => {
    const text = renderApproval(approval as Approval);
    expect(parseApproval(Buffer.from(text))).toEqual(approval);
    expect(renderApproval(parseApproval(Buffer.from(text)))).toBe(text);
  });

  it('are read back whatever names, roles and comments say', () => {
    const text = fc.string({ minLength: 1, maxLength: 64 }).filter((each) => each.trim() !== '');
    const approvals = fc.record({ product: text, role: text, comment: text, counter: fc.nat() });
    fc.assert(
      fc.property(approvals, ({ product, role, comment, counter }) => {
        const approval: Approval = {
          ...release,
          about: { ...release.about, kind: 'release', product, counter: counter + 1 } as never,
          role,
          comment,
        };
        expect(parseApproval(Buffer.from(renderApproval(approval)))).toEqual(approval);
      }),
      { numRuns: 50 },
    );
  });

  it.each<readonly [string, (statement: Json, predicate: Json) => void]>([
    ['another predicate type', (statement) => Object.assign(statement, { predicateType: 'x' })],
    ['an unknown member', (_, predicate) => Object.assign(predicate, { also: 1 })],
    ['no role', (_, predicate) => delete predicate['role']],
    ['an empty role', (_, predicate) => Object.assign(predicate, { role: ' ' })],
    [
      'a comment that is too long',
      (_, predicate) => Object.assign(predicate, { comment: 'x'.repeat(maxCommentLength + 1) }),
    ],
    ['no time', (_, predicate) => Object.assign(predicate, { approvedAt: 'yesterday' })],
    ['a local time', (_, predicate) => Object.assign(predicate, { approvedAt: '2026-11-21' })],
    ['a kind nobody knows', (_, predicate) => Object.assign(predicate, { about: { kind: 'x' } })],
    [
      'a number that is none',
      ({ predicate }) => Object.assign((predicate as Json)['about'] as Json, { counter: 0 }),
    ],
    [
      'an outcome nobody knows',
      ({ predicate }) => Object.assign((predicate as Json)['verification'] as Json, { outcome: 1 }),
    ],
    [
      'a key that is none',
      ({ predicate }) => Object.assign((predicate as Json)['verification'] as Json, { key: 'x' }),
    ],
    [
      'weakenings that are no list',
      ({ predicate }) =>
        Object.assign((predicate as Json)['verification'] as Json, { weakenedBy: 'x' }),
    ],
  ])('are refused with %s', (_name, change) => {
    expect(() => parseApproval(changed(change))).toThrow(
      expect.objectContaining({ code: 'STATEMENT_PREDICATE' }),
    );
  });

  it.each<readonly [string, unknown]>([
    ['a subject more', [{ name: 'release.intoto.jsonl#payload' }, { name: 'other' }]],
    ['a subject of another name', [{ name: 'release.intoto.jsonl' }]],
    ['a digest that nobody compares', [{ name: 'release.intoto.jsonl#payload', sha512: true }]],
  ])('are refused with %s', (_name, subjects) => {
    const payload = changed((statement) => {
      statement['subject'] = (subjects as Json[]).map(({ name, sha512 }) => ({
        name,
        digest: {
          sha256: hexOf(digest),
          ...(sha512 === undefined ? {} : { sha512: '0'.repeat(128) }),
        },
      }));
    });
    expect(() => parseApproval(payload)).toThrow(
      expect.objectContaining({ code: 'STATEMENT_PREDICATE' }),
    );
  });

  it('have a type of their own', () => {
    expect(JSON.parse(renderApproval(release)).predicateType).toBe(approvalPredicateType);
  });
});
