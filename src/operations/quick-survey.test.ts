import { generateKeyPairSync } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { archiveOf, samplePackage } from '../../test/support/sample-package.ts';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { builtInPolicy, type Policy } from '../policy/policy.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import { packageArchiveOrder } from './archive-order.ts';
import { quickSurvey, quickWeakness } from './quick-survey.ts';
import { trustedKeyOf } from './sign-once.ts';
import { signPackage } from './sign-package.ts';
import { verifyArchive } from './verify-archive.ts';

const run = { signal: new AbortController().signal };
const aSigner = () =>
  new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const signer = aSigner();
const judge = new SigstoreJudge();
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
let archive: Buffer;
beforeAll(async () => {
  const packed = await signPackage(await samplePackage(), { signer, judge, markSigned }, run);
  archive = await archiveOf(packageArchiveOrder(packed.files));
});

function quick(
  bytes: Uint8Array,
  {
    by = signer,
    policy = builtInPolicy,
  }: { readonly by?: KeySigner; readonly policy?: Policy } = {},
): Promise<VerifyReport> {
  return verifyArchive(
    {
      location: name,
      key: trustedKeyOf(by, 'release.pub'),
      policy,
      allowUnsigned: false,
      wholeDigest: false,
      quick: true,
      programVersion: '0',
    },
    {
      source: new MemoryArchiveSource({ [name]: bytes }),
      compute: inProcessCompute(),
      signatures: judge,
    },
    run,
  );
}

describe('a quick look', () => {
  it('judges metadata and signature, and leaves contents undecided', async () => {
    const { verdict, signature, findings } = await quick(archive);
    expect(verdict).toMatchObject({
      outcome: 'incomplete',
      exitCode: 5,
      missingEvidence: ['checksums', 'container', 'definition', 'oci'],
    });
    expect(verdict.headline).toContain(quickWeakness);
    expect(signature.outcome).toBe('valid');
    const contents = findings.filter(({ id }) =>
      /^(container|oci|checksums|components)\//.test(id),
    );
    expect(contents.map(({ code, outcome }) => `${outcome} ${code}`)).toEqual(
      contents.map(() => 'undecided CHECK_NOT_QUICK'),
    );
    expect(verdict.counts.undecided).toBeGreaterThan(contents.length - 1);
    expect(contents.length).toBeGreaterThan(20);
  });

  it('does not pass, whatever the policy asks for', async () => {
    const { verdict } = await quick(archive, { policy: { ...builtInPolicy, required: [] } });
    expect(verdict).toMatchObject({ outcome: 'incomplete', exitCode: 5 });
  });

  it('fails by the signature of another key', async () => {
    expect((await quick(archive, { by: aSigner() })).verdict.exitCode).toBe(1);
  });

  it.each([
    {
      what: 'one frame without a table',
      damage: (bytes: Buffer) => zstdCompressSync(Buffer.concat(decodedFrames(bytes))),
    },
    { what: 'a cut archive', damage: (bytes: Buffer) => bytes.subarray(0, bytes.length - 40) },
  ])('refuses $what: only reading everything tells', async ({ damage }) => {
    await expect(quick(damage(archive))).rejects.toMatchObject({ code: 'QUICK_NOT_POSSIBLE' });
  });
});

describe('a quick survey', () => {
  const survey = (tar: Buffer) =>
    quickSurvey(
      {
        location: name,
        fileName: name,
        size: tar.length,
        chunks: () => Promise.reject(new Error('read front to back')) as never,
        ranges: {
          size: tar.length,
          read: (at, length) => Promise.resolve(tar.subarray(at, at + length)),
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
      run,
    );

  it('is of an archive without any oddity', async () => {
    const sound = await survey(tarOf(tarFile('zarf.yaml', 'a'), tarFile('b', 'b')));
    expect(sound.entries.map((entry) => entry.name)).toEqual(['zarf.yaml', 'b']);
  });

  it('is refused where a header would be a finding: nobody would tell of it', async () => {
    const twice = tarOf(tarFile('zarf.yaml', 'a'), tarFile('zarf.yaml', 'b'));
    await expect(survey(twice)).rejects.toMatchObject({ code: 'QUICK_NOT_POSSIBLE' });
  });
});

/** Frame by frame: the decoder of the platform stops after the first. */
function decodedFrames(bytes: Buffer): readonly Buffer[] {
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  const starts: number[] = [];
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 4)) starts.push(at);
  return starts.flatMap((start, index) => {
    try {
      return [zstdDecompressSync(bytes.subarray(start, starts[index + 1]))];
    } catch {
      return [];
    }
  });
}
