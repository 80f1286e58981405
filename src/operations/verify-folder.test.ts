import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { verifyFolder } from './verify-folder.ts';

const name = 'zarf-package-demo-amd64-1.0.0.tar.zst';
const archive = zstdCompressSync(
  tarOf(
    ...aPackage()
      .facts()
      .entries.map(({ path, content }) => tarFile(path, content ?? '')),
  ),
);

async function verify(
  files: Readonly<Record<string, Uint8Array | string>>,
  required = builtInPolicy.required,
) {
  const source = new MemoryArchiveSource(
    Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`dist/${path}`, bytes])),
  );
  const report = await verifyFolder(
    {
      location: 'dist',
      policy: { ...builtInPolicy, required },
      allowUnsigned: true,
      programVersion: '0.0.0',
    },
    { source, compute: inProcessCompute(), signatures: new SigstoreJudge() },
    { signal: new AbortController().signal },
  );
  const said = report.findings
    .filter(({ outcome }) => outcome !== 'not-applicable')
    .map(({ outcome, code, subject }) => [outcome, code, subject.name].join(' '));
  return { ...report, said };
}

describe('verifyFolder without a statement', () => {
  it.each([['release.pub.fingerprint'], ['approval.intoto.jsonl'], ['approval.2.intoto.jsonl']])(
    'fails a folder whose statement was taken away: %s stayed',
    async (left) => {
      const { verdict, said } = await verify({ [name]: archive, [left]: 'x' });
      expect(said).toContain('fail RELEASE_STATEMENT_TAKEN dist');
      expect(verdict).toMatchObject({ outcome: 'fail', exitCode: 1 });
    },
  );

  it.each([['release.pub'], ['SHA256SUMS.asc'], [`${name}.approval.intoto.jsonl`]])(
    'takes %s beside an archive for no sign of a release',
    async (other) => {
      const { said } = await verify({ [name]: archive, [other]: 'x' });
      expect(said).toContain('undecided RELEASE_STATEMENT_ABSENT dist');
    },
  );

  it('judges each archive by itself, and says that nothing tells whether one is missing', async () => {
    const { verdict, archives, said, release } = await verify({ [name]: archive });
    expect(archives.map((each) => each.verdict.outcome)).toEqual(['pass']);
    expect(said).toEqual(['undecided RELEASE_STATEMENT_ABSENT dist']);
    expect(verdict).toMatchObject({ outcome: 'pass', notLookedAt: ['statement'] });
    expect(verdict.headline).toContain('no release statement says that none is missing');
    expect(release).toBeNull();
  });

  it('is not proven where the policy wants a statement', async () => {
    const { verdict, archives } = await verify({ [name]: archive }, [
      ...builtInPolicy.required,
      'statement',
    ]);
    expect(verdict).toMatchObject({
      outcome: 'incomplete',
      exitCode: 5,
      missingEvidence: ['statement'],
    });
    // The archive itself has what it needs.
    expect(archives.map((each) => each.verdict.outcome)).toEqual(['pass']);
  });

  it('names the files nobody judged', async () => {
    const { said, findings } = await verify({
      [name]: archive,
      'setup.sh': 'x',
      [`${name}.sigstore.json`]: '{}',
      'lone.sigstore.json': '{}',
      'run.json': '{}',
      'sub/a': 'x',
    });
    expect(said).toContain('undecided RELEASE_FILE_UNJUDGED dist');
    expect(findings.find(({ code }) => code === 'RELEASE_FILE_UNJUDGED')?.message).toMatch(
      /: lone\.sigstore\.json, setup\.sh, sub\/$/,
    );
  });

  it.each([
    ['nothing but other files', { 'a.txt': 'x' }],
    ['nothing but checksums', { SHA256SUMS: '' }],
  ])('does not pass %s', async (_name, files) => {
    await expect(verify(files)).rejects.toMatchObject({ code: 'ARCHIVE_MISSING', exitCode: 3 });
  });

  it.each([
    ['the right digests', `${hexOf(digestOf(archive))}  ${name}\n`, 'pass', ''],
    ['another digest', `${'0'.repeat(64)}  ${name}\n`, 'fail', 'SUMS_MISMATCH'],
    [
      'a file that is not there',
      `${hexOf(digestOf(archive))}  ${name}\n${'0'.repeat(64)}  gone\n`,
      'fail',
      'SUMS_FILE_MISSING',
    ],
    ['a line that is none', 'what?\n', 'fail', 'SUMS_FORM'],
    ['a path out of the folder', `${'0'.repeat(64)}  ../x\n`, 'fail', 'SUMS_FORM'],
  ])('compares SHA256SUMS: %s', async (_name, sums, outcome, code) => {
    const { verdict, said, files } = await verify({ [name]: archive, SHA256SUMS: sums });
    expect(verdict.outcome).toBe(outcome);
    expect(said.join('\n')).toContain(code);
    expect(files.find((file) => file.name === name)?.digest).toBe(digestOf(archive));
  });

  it('computes no digest of whole archives that nothing asks for', async () => {
    const { files } = await verify({ [name]: archive });
    expect(files).toEqual([{ name, size: archive.length }]);
  });

  it('lists what is no archive though its name says so, and judges the others', async () => {
    const { unreadable, archives } = await verify({ [name]: archive, 'text.tar.zst': 'hello' });
    expect(unreadable).toMatchObject([{ name: 'text.tar.zst', code: 'ARCHIVE_UNRECOGNISED' }]);
    expect(unreadable[0]?.message).toMatch(/^\S*text\.tar\.zst is neither/);
    expect(archives).toHaveLength(1);
  });

  it('says that nobody looked at the log of an assembly', async () => {
    const { notLookedAt } = await verify({ [name]: archive, 'run.json': '{}' });
    expect(notLookedAt).toEqual(['run.json']);
    expect((await verify({ [name]: archive })).notLookedAt).toBeUndefined();
  });

  it('is not better than an archive in it, and says how large one is that was cut', async () => {
    const cut = archive.subarray(0, archive.length - 40);
    const { verdict, archives } = await verify({ [name]: cut });
    expect(verdict).toMatchObject({
      outcome: 'fail',
      exitCode: 1,
      headline: expect.stringContaining('dist fails: 1 of 1 archive fails'),
    });
    expect(archives[0]?.archive.size).toBe(cut.length);
  });

  it('cannot be done where there is no folder', async () => {
    const source = new MemoryArchiveSource({ 'a/b': 'c' });
    const request = {
      location: 'nothing',
      policy: builtInPolicy,
      allowUnsigned: true,
      programVersion: '0.0.0',
    };
    const ports = { source, compute: inProcessCompute(), signatures: new SigstoreJudge() };
    await expect(
      verifyFolder(request, ports, { signal: new AbortController().signal }),
    ).rejects.toMatchObject({ code: 'ARCHIVE_MISSING' });
  });
});
