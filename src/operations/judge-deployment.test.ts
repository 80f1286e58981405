import { gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { builtInPolicy, type Policy } from '../policy/policy.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { deploymentChecks } from './judge-deployment.ts';
import { verifyArchive } from './verify-archive.ts';

const fileName = 'zarf-package-demo-amd64-1.0.0.tar.zst';
const carried = 'docker.io/library/demo:1.0';

/** A package whose one chart runs one image, in one container that waits for a payload. */
function packed(change: { image?: string; path?: string; chart?: Buffer } = {}): Buffer {
  const { image = carried, path = '/data', chart = chartOf(image) } = change;
  const draft = aPackage()
    .with(
      'components/note.tar',
      tarOf(
        tarFile('note/charts/c-1.0.0.tgz', chart),
        tarFile('note/data/0/weights', 'x'.repeat(40_000)),
      ),
    )
    .image()
    .defining((text) =>
      text.replace(
        '    images:',
        `    charts: [{ name: c, version: 1.0.0, namespace: ns }]
    dataInjections:
      - source: w
        target: { namespace: ns, selector: app=c, container: main, path: ${path} }
    images:`,
      ),
    );
  const { entries } = draft.facts();
  return zstdCompressSync(
    tarOf(...entries.map((entry) => tarFile(entry.path, entry.content ?? ''))),
  );
}

function chartOf(image: string): Buffer {
  const pod = `apiVersion: v1
kind: Pod
metadata: { name: p, labels: { app: c } }
spec:
  volumes: [{ name: data, emptyDir: {} }]
  containers:
    - name: main
      image: ${image}
      command: [sh, -c, 'test -f /data/###ZARF_DATA_INJECTION_MARKER###']
      volumeMounts: [{ name: data, mountPath: /data }]
`;
  return gzipSync(
    tarOf(
      tarFile('c/Chart.yaml', 'apiVersion: v2\nname: c\nversion: 1.0.0\n'),
      tarFile('c/templates/pod.yaml', pod),
    ),
  );
}

async function verify(
  bytes: Buffer,
  policy: Partial<Policy> = {},
  more: { readonly location?: string; readonly quick?: boolean; readonly small?: boolean } = {},
): Promise<VerifyReport> {
  const { location = fileName, quick = false, small = false } = more;
  return verifyArchive(
    {
      location,
      policy: { ...builtInPolicy, ...policy },
      allowUnsigned: true,
      wholeDigest: false,
      quick,
      programVersion: '0',
      ...(small ? { judging: { limits: { ...defaultReadLimits, maxRetainedBytes: 40_000 } } } : {}),
    },
    {
      source: new MemoryArchiveSource({ [location]: bytes }),
      compute: inProcessCompute(),
      signatures: new SigstoreJudge(),
    },
    { signal: new AbortController().signal },
  );
}

function said({ findings }: VerifyReport, id: string): unknown {
  return findings
    .filter((each) => each.id === id)
    .map(({ outcome, severity, subject }) => [outcome, severity, subject.name]);
}

describe('what an archive would deploy', () => {
  it('is judged in the pass over it: a sound one passes', async () => {
    const report = await verify(packed());
    expect(report.verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(said(report, 'deployment/images-carried')).toEqual([['pass', 'error', 'demo']]);
    expect(said(report, 'deployment/payload-contract')).toEqual([['pass', 'warning', 'zarf.yaml']]);
  });

  it('is judged alike on standard input', async () => {
    const { findings } = await verify(packed({ image: 'other:1' }), {}, { location: '-' });
    expect(
      findings.some(({ id, outcome }) => id.startsWith('deployment/') && outcome === 'fail'),
    ).toBe(true);
  });

  it('fails where an image is not carried, and says where', async () => {
    const report = await verify(packed({ image: 'docker.io/library/demo:1.1' }));
    expect(report.verdict).toMatchObject({ outcome: 'fail', exitCode: 1 });
    const failed = report.findings.find(({ outcome }) => outcome === 'fail');
    expect(failed).toMatchObject({
      id: 'deployment/images-carried',
      severity: 'error',
      subject: { kind: 'entry', name: 'c/templates/pod.yaml', object: 'Pod/p' },
      message: expect.stringContaining('it carries docker.io/library/demo:1.0'),
    });
    expect(failed?.subject.line).toBeGreaterThan(0);
  });

  it('warns where a payload is injected into another folder', async () => {
    const report = await verify(packed({ path: '/elsewhere' }));
    expect(report.verdict.exitCode).toBe(0);
    expect(said(report, 'deployment/payload-contract')).toEqual([['fail', 'warning', 'zarf.yaml']]);
  });

  it('is warned about in everything else', async () => {
    const { findings, verdict } = await verify(packed());
    const hygiene = findings.filter(
      ({ id, outcome }) => id.startsWith('security/') && outcome === 'fail',
    );
    expect(hygiene.length).toBeGreaterThan(0);
    expect(hygiene.every(({ severity }) => severity !== 'error')).toBe(true);
    expect(verdict.exitCode).toBe(0);
  });

  it.each([
    ['a chart that is none', packed({ chart: Buffer.from('none') }), false],
    ['charts beyond the memory for them', packed({ chart: Buffer.alloc(30_000, 7) }), true],
  ])('is undecided, and no obstacle: %s', async (_name, bytes, small) => {
    const report = await verify(bytes, {}, { small });
    expect(said(report, 'deployment/rendered')).toEqual([
      ['undecided', 'warning', expect.stringMatching(/c-1\.0\.0\.tgz$/)],
    ]);
    expect(report.verdict).toMatchObject({ outcome: 'pass', notLookedAt: ['deployment'] });
    // The image may well be listed: what to do is to look.
    for (const id of ['deployment/images-carried', 'deployment/payload-contract'])
      expect(report.findings.filter((each) => each.id === id)).toEqual([
        expect.objectContaining({
          outcome: 'undecided',
          help: expect.objectContaining({
            fix: expect.stringMatching(/^Look at what was not read/),
          }),
        }),
      ]);
  });

  it('is an obstacle where the policy requires it', async () => {
    const required = [...builtInPolicy.required, 'deployment' as const];
    const report = await verify(packed({ chart: Buffer.from('none') }), { required });
    expect(report.verdict).toMatchObject({ exitCode: 5, missingEvidence: ['deployment'] });
    expect((await verify(packed(), { required })).verdict.exitCode).toBe(0);
  });

  it('may be waived, and made heavier, by policy', async () => {
    const waivers = [
      {
        check: 'deployment/images-carried' as const,
        subject: 'c/templates/*',
        owner: 'o',
        reason: 'it is there already',
        expires: '2999-01-01',
      },
    ];
    const bytes = packed({ image: 'docker.io/library/demo:1.1' });
    // Nobody said what day it is: then no waiver holds.
    expect((await verify(bytes, { waivers })).verdict.exitCode).toBe(1);
    const severities = [{ check: 'security/non-root' as const, severity: 'error' as const }];
    expect((await verify(packed(), { severities })).verdict.exitCode).toBe(1);
  });

  it('says once that nothing could be seen', async () => {
    const whole = zstdDecompressSync(packed());
    const { findings } = await verify(whole.subarray(0, whole.length - 3000));
    const open = findings.filter(({ id }) => deploymentChecks().some((check) => check.id === id));
    expect(open.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['deployment/rendered', 'undecided'],
    ]);
  });
});
