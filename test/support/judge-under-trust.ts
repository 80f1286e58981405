import { MemoryArchiveSource } from '../../src/adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { TrustInputs } from '../../src/operations/trust-inputs.ts';
import { verifyFolder } from '../../src/operations/verify-folder.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import type { AcceptedRecord } from '../../src/policy/trust/accepted-record.ts';
import type { TrustPolicyDocument } from '../../src/policy/trust/trust-policy-document.ts';
import { aTrustPolicy } from './a-trust-policy.ts';

const noon = Date.parse('2026-11-21T12:00:00Z');

/** What lies in a folder, and by what it is judged: the trust policy of the tests where nothing is changed. */
export interface FolderUnderTrust {
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  readonly policy?: Partial<TrustPolicyDocument>;
  readonly accepted?: AcceptedRecord;
  readonly now?: number;
}

/** Files of folder `in`, and what is needed to judge them. */
export const judgingPorts = (files: FolderUnderTrust['files']) => ({
  source: new MemoryArchiveSource(
    Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`in/${path}`, bytes])),
  ),
  compute: inProcessCompute(),
  signatures: new SigstoreJudge(),
});

/** A trust policy of the tests, changed, on a day of November 2026. */
export const trustOf = ({
  policy = {},
  accepted,
  now = noon,
}: Omit<FolderUnderTrust, 'files'>): TrustInputs => ({
  policy: aTrustPolicy(policy),
  roots: new Map(),
  now,
  warnDays: 30,
  ...(accepted === undefined ? {} : { accepted }),
});

/** What `verify` says of the folder. */
export const folderReport = ({ files, ...trust }: FolderUnderTrust) =>
  verifyFolder(
    {
      location: 'in',
      trust: trustOf(trust),
      policy: builtInPolicy,
      allowUnsigned: false,
      programVersion: '0',
    },
    judgingPorts(files),
    { signal: new AbortController().signal },
  );

/** The verdict, and the codes of what made it one. */
export async function judgeFolder(row: FolderUnderTrust) {
  const report = await folderReport(row);
  const findings = [...report.findings, ...report.archives.flatMap((each) => each.findings)];
  const codes = findings
    .filter(({ outcome, severity }) => outcome !== 'pass' && severity === 'error')
    .flatMap(({ code }) => (code === undefined ? [] : [code]));
  return { report, outcome: report.verdict.outcome, codes: [...new Set(codes)], findings };
}

/** A record of what was accepted before: one release, changed as a test says. */
export const acceptedBefore = (
  change: Partial<AcceptedRecord['items'][number]>,
  more: Partial<AcceptedRecord> = {},
): AcceptedRecord => ({
  policy: undefined,
  latestTime: undefined,
  items: [
    {
      kind: 'statement',
      name: 'shop',
      line: 'cpu',
      version: '1.0.0',
      counter: 41,
      digest: digestOf('what was accepted'),
      ...change,
    },
  ],
  ...more,
});
