import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { judge, key, run, signer } from '../../test/support/assemble-in-memory.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { attachedResult, resultAttestations } from './attached-results.ts';
import { signStatement } from './sign-statement.ts';
import { verifyArchive } from './verify-archive.ts';

const { fileName, bytes } = aPackage().archive();
const location = `dist/${fileName}`;
const stranger = new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const junit = (inner: string) =>
  Buffer.from(`<testsuite><testcase name="a"/><testcase name="b">${inner}</testcase></testsuite>`);
const sarif = Buffer.from('{"version":"2.1.0","runs":[]}');

/** What the check says where a result lies beside an archive. */
async function judged(
  file: Buffer,
  {
    by = signer,
    about = bytes,
    lies = file,
    trusted = true,
  }: {
    by?: KeySigner | typeof signer;
    about?: Uint8Array;
    lies?: Buffer | undefined;
    trusted?: boolean;
  } = {},
) {
  const result = attachedResult('unit', file, 'unit');
  const archives = [{ fileName, digest: digestOf(about), manifest: digestOf('manifest') }];
  const [attestation] = resultAttestations([result], archives, 'https://example.org/v1');
  if (attestation === undefined) throw new Error('nothing is said');
  const signed = await signStatement(
    { payload: Buffer.from(attestation.payload), about: 'a' },
    { signer: by, judge },
    run,
  );
  const source = new MemoryArchiveSource({
    [location]: bytes,
    [`dist/${attestation.fileName}`]: Buffer.from(signed),
    ...(lies.length === 0 ? {} : { [`dist/${result.fileName}`]: lies }),
  });
  const report = await verifyArchive(
    {
      ...{ policy: builtInPolicy, programVersion: '0.0.0', wholeDigest: false },
      ...{ location, allowUnsigned: true },
      ...(trusted ? { key } : {}),
    },
    { source, compute: inProcessCompute(), signatures: judge },
    run,
  );
  return report.findings
    .filter(({ id }) => id === 'provenance/tests')
    .map(({ outcome, severity, code = '' }) =>
      [outcome, outcome === 'fail' ? severity : '', code].filter((each) => each !== '').join(' '),
    );
}

describe('results of tests beside an archive', () => {
  it.each([
    { what: 'all pass', file: junit(''), options: {}, says: ['pass'] },
    {
      what: 'one fails',
      file: junit('<failure/>'),
      options: {},
      says: ['fail error TESTS_FAILED'],
    },
    {
      what: 'one is left out',
      file: junit('<skipped/>'),
      options: {},
      says: ['fail warning TESTS_WARNED'],
    },
    { what: 'a scanner wrote it', file: sarif, options: {}, says: ['pass'] },
    {
      what: 'somebody signed who is not trusted',
      file: junit(''),
      options: { by: stranger },
      says: ['fail warning TESTS_REFUSED'],
    },
    {
      what: 'it is about other bytes',
      file: junit(''),
      options: { about: Buffer.from('another archive') },
      says: ['fail warning TESTS_OTHER'],
    },
    {
      what: 'another file lies there',
      file: junit(''),
      options: { lies: junit('<failure/>') },
      says: ['fail error TESTS_FILE', 'pass'],
    },
    {
      what: 'the file is missing',
      file: junit(''),
      options: { lies: Buffer.alloc(0) },
      says: ['pass', 'fail warning TESTS_FILE'],
    },
    {
      what: 'nobody is trusted',
      file: junit(''),
      options: { trusted: false },
      says: ['undecided SIGNATURE_NO_KEY'],
    },
  ])('$what: $says', async ({ file, options, says }) => {
    expect(await judged(file, options)).toEqual(says);
  });
});
