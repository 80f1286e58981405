import { describe, expect, it } from 'vitest';
import { aDigest } from '../../test/support/a-dossier.ts';
import { aVerifyReport } from '../../test/support/a-verify-report.ts';
import type { ProvenanceStatement } from '../checks/provenance-facts.ts';
import type { ApprovalDecision } from '../policy/trust/judge-approvals.ts';
import { approvalsOf, documentOf, provenanceOf } from './gather-dossier-origin.ts';

const inputs = [
  { name: 'a.provenance.intoto.jsonl', digest: aDigest('p'), attestation: true },
  { name: 'approval.intoto.jsonl', digest: aDigest('a'), attestation: true },
];
const location = 'dist/cpu/a.provenance.intoto.jsonl';

describe('where the document of a statement lies', () => {
  it.each([
    ['dist/cpu/approval.intoto.jsonl', 'approval.intoto.jsonl', aDigest('a')],
    ['dist/cpu/approval.intoto.jsonl:2', 'approval.intoto.jsonl:2', aDigest('a')],
    ['approval.intoto.jsonl', 'approval.intoto.jsonl', aDigest('a')],
    ['dist/other.jsonl', 'other.jsonl', undefined],
  ])('%s: the name without folders, and the digest of the whole file', (place, name, digest) => {
    expect(documentOf(place, inputs)).toEqual({ name, ...(digest && { digest }) });
  });
});

describe('how archives were made', () => {
  const believed: ProvenanceStatement = {
    location,
    state: 'believed',
    signers: ['ci'],
    provenance: {
      subjects: [{ name: 'a.tar.zst', digest: { sha256: 'f'.repeat(64) } }],
      builder: { id: 'https://x/b', version: { zarf: '1', node: '26' } },
      buildType: 'https://x/t',
      externalParameters: { flavor: 'cpu', all: 'x'.repeat(1000) },
      resolvedDependencies: [
        { name: 'b', uri: 'u', digest: { sha512: '2', sha256: '1' } },
        { uri: 'git+https://x', digest: { gitCommit: 'c'.repeat(40) } },
      ],
      byproducts: [{}],
      metadata: {},
    },
  } as never;

  it('takes over what a statement says that is believed: sorted, cut, sha256 before others', () => {
    const [told, ...more] = provenanceOf([believed, believed], inputs);
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      state: 'accepted',
      document: { name: 'a.provenance.intoto.jsonl', digest: aDigest('p') },
      subjects: [{ name: 'a.tar.zst', digest: `sha256:${'f'.repeat(64)}` }],
      builder: { versions: [{ name: 'node' }, { name: 'zarf' }] },
      byproducts: [{ name: 'unnamed' }],
    });
    expect(told?.inputs).toEqual(
      expect.arrayContaining([
        { name: 'b', uri: 'u', digest: 'sha256:1' },
        { name: 'git+https://x', digest: `gitCommit:${'c'.repeat(40)}` },
      ]),
    );
    expect(told?.parameters.map(({ name }) => name)).toEqual(['all', 'flavor']);
    expect(told?.parameters[0]?.value).toHaveLength(401);
  });

  it('takes nothing over of one that nobody believes, and says why', () => {
    const doubted = { location, state: 'refused', reason: 'it is unsigned', code: 'X' } as never;
    expect(provenanceOf([doubted], inputs)).toMatchObject([
      {
        state: 'refused',
        reason: 'it is unsigned (X): nothing of what it says is taken over',
        subjects: [],
        inputs: [],
        parameters: [],
      },
    ]);
  });
});

describe('approvals', () => {
  const approval: ApprovalDecision = {
    location: 'dist/cpu/approval.intoto.jsonl',
    state: 'counted',
    about: 'archive',
    digest: aDigest('z'),
    role: 'approver',
    approvedAt: '2026-01-01T00:00:00Z',
    stampedTimes: [],
    signer: 'anna',
    comment: 'Change 4711',
  };
  const told = (...approvals: readonly ApprovalDecision[]) =>
    approvalsOf({ ...aVerifyReport([]), approvals }, inputs);

  it('are told once each, with who, as what, when, over which digest, and the comment', () => {
    expect(told(approval, approval)).toEqual([
      {
        role: 'approver',
        signers: ['anna'],
        subjects: [{ name: 'a.tar.zst', digest: aDigest('z') }],
        date: '2026-01-01T00:00:00Z',
        state: 'accepted',
        reason: 'counted for the role that is demanded; comment: Change 4711',
        document: { name: 'approval.intoto.jsonl', digest: aDigest('a') },
      },
    ]);
  });

  it.each([
    ['counted', 'accepted'],
    ['held', 'undecided'],
    ['unjudged', 'undecided'],
    ['undecided', 'undecided'],
    ['refused', 'refused'],
  ] as const)('%s are %s: only one that counts is accepted', (state, expected) => {
    expect(told({ ...approval, state }).map((each) => each.state)).toEqual([expected]);
  });
});
