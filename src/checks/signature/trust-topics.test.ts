import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import type { TrustResult, TrustTopic } from '../../policy/trust/trust-result.ts';
import type { SignatureFacts, TrustFacts } from '../facts.ts';
import { runChecks } from '../run-checks.ts';
import { approvals } from './approvals.ts';
import { signatureArchive } from './archive.ts';
import { attestations } from './attestations.ts';
import { clock } from './clock.ts';
import { expiry } from './expiry.ts';
import { images } from './images.ts';
import { members } from './members.ts';
import { revoked } from './revoked.ts';
import { rollback } from './rollback.ts';
import { stray } from './stray.ts';
import { trustPolicy } from './trust-policy.ts';

const byTopic = {
  approvals,
  archive: signatureArchive,
  attestations,
  clock,
  expiry,
  images,
  members,
  policy: trustPolicy,
  revoked,
  rollback,
  stray,
} satisfies Record<TrustTopic, unknown>;
const topics = Object.keys(byTopic) as TrustTopic[];
const facts = aPackage().facts();
const nobody: SignatureFacts = {
  key: undefined,
  allowUnsigned: false,
  archive: undefined,
  members: new Map(),
};
/** One result of each topic, so that one that speaks for another is seen. */
const results = topics.map(
  (topic): TrustResult => ({
    topic,
    outcome: 'fail',
    code: 'TRUST_THRESHOLD',
    severity: 'note',
    subject: { kind: 'file', name: topic },
    message: `said of ${topic}`,
  }),
);

describe.each(topics)('the check of what is believed: %s', (topic) => {
  const judged = (trust?: TrustFacts) =>
    runChecks([byTopic[topic]], {
      ...facts,
      // Only of a bundle are its members judged.
      ...(topic === 'members' ? { bundle: { format: 'legacy' } as never } : {}),
      signatures: { ...nobody, ...(trust === undefined ? {} : { trust }) },
    });

  it('hands on what was decided of it, and nothing else', () => {
    const found = judged({ results, objects: [], times: [] });
    expect(
      found.map(({ outcome, code, severity, message }) => [outcome, code, severity, message]),
    ).toEqual([['fail', 'TRUST_THRESHOLD', 'note', `said of ${topic}`]]);
  });

  it('passes nothing where nobody was trusted', () => {
    const [only, ...others] = judged();
    expect(others).toEqual([]);
    const open = topic === 'archive' || topic === 'members';
    expect(only?.outcome).toBe(open ? 'undecided' : 'not-applicable');
  });
});
