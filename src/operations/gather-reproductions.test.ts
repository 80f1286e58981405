import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  aMachine,
  assemble,
  judge,
  key,
  run,
  signer,
} from '../../test/support/assemble-in-memory.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { type Reproducibility, renderReproducibility } from '../attestation/reproducibility.ts';
import { statementType } from '../attestation/statement.ts';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { isReproductionOf } from './gather-reproductions.ts';
import { signStatement } from './sign-statement.ts';
import { verifyArchive } from './verify-archive.ts';
import { verifyFolder } from './verify-folder.ts';

const api = 'dist/gpu/zarf-package-api-amd64-1.2.3.tar.zst';
const beside = `${api}.reproduced.intoto.jsonl`;
const stranger = new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);

let made: Promise<Record<string, Uint8Array>> | undefined;
function released(): Promise<Record<string, Uint8Array>> {
  made ??= assemble({ machine: aMachine() }).then(({ machine }) =>
    Object.fromEntries(machine.outputs.get('gpu')?.files ?? []),
  );
  return made;
}

async function said(change: Partial<Reproducibility> = {}): Promise<string> {
  const digest = digestOf((await released())[api] ?? '');
  return renderReproducibility({
    archive: { name: 'api', digest },
    outcome: 'identical',
    rebuilt: digest,
    differences: 0,
    inputs: [],
    programVersion: '0.0.0',
    time: new Date('2026-11-21T04:00:00.000Z'),
    ...change,
  });
}

const other = { rebuilt: digestOf('other'), differences: 1, first: 'content: x' };
const about = { name: 'api', digest: digestOf('another archive') };

async function signed(payload: string, by: KeySigner = signer): Promise<Uint8Array> {
  const ports = { signer: by, judge };
  return Buffer.from(
    await signStatement({ payload: Buffer.from(payload), about: 'a' }, ports, run),
  );
}

const judging = { policy: builtInPolicy, programVersion: '0.0.0' };

describe('a statement about making it again, beside the archive', () => {
  it.each([
    ['the same bytes', () => said(), signer, 'pass'],
    ['the same content', () => said({ ...other, outcome: 'same-content' }), signer, 'pass'],
    [
      'something else',
      () => said({ ...other, outcome: 'different' }),
      signer,
      'fail warning REPRODUCTION_DIFFERS',
    ],
    ['by a stranger', () => said(), stranger, 'fail warning REPRODUCTION_REFUSED'],
    [
      'about another archive',
      () => said({ archive: about, rebuilt: about.digest }),
      signer,
      'fail warning REPRODUCTION_REFUSED',
    ],
    [
      'of another kind',
      () =>
        Promise.resolve(
          JSON.stringify({
            _type: statementType,
            subject: [{ name: 'a', digest: { sha256: '0'.repeat(64) } }],
            predicateType: 'https://example.org/v1',
            predicate: {},
          }),
        ),
      signer,
      'fail warning REPRODUCTION_REFUSED',
    ],
  ] as const)('%s', async (_what, payload, by, expected) => {
    const files = { ...(await released()), [beside]: await signed(await payload(), by) };
    const report = await verifyArchive(
      { ...judging, location: api, allowUnsigned: false, wholeDigest: false, key },
      { source: new MemoryArchiveSource(files), compute: inProcessCompute(), signatures: judge },
      run,
    );
    const found = report.findings.filter(({ id }) => id === 'provenance/reproduced');
    expect(
      found.map(({ outcome, severity, code }) =>
        outcome === 'fail' ? `${outcome} ${severity} ${code}` : outcome,
      ),
    ).toEqual([expected]);
    // It makes nothing fail by itself: the report says what it is worth.
    expect(report.verdict.outcome).toBe('pass');
  });

  it('is believed of nobody where nobody is trusted', async () => {
    const files = { ...(await released()), [beside]: await signed(await said()) };
    const report = await verifyArchive(
      { ...judging, location: api, allowUnsigned: true, wholeDigest: false },
      { source: new MemoryArchiveSource(files), compute: inProcessCompute(), signatures: judge },
      run,
    );
    const found = report.findings.find(({ id }) => id === 'provenance/reproduced');
    expect([found?.outcome, found?.code]).toEqual(['undecided', 'SIGNATURE_NO_KEY']);
  });

  it('is no file too many in a release, and one about no archive in it is', async () => {
    const statement = await signed(await said());
    const verdictOf = async (more: Record<string, Uint8Array>) =>
      verifyFolder(
        { ...judging, location: 'dist/gpu', allowUnsigned: false, key },
        {
          source: new MemoryArchiveSource({ ...(await released()), ...more }),
          compute: inProcessCompute(),
          signatures: judge,
        },
        run,
      );
    expect((await verdictOf({ [beside]: statement })).verdict.outcome).toBe('pass');
    const stray = 'dist/gpu/nothing.tar.zst.reproduced.intoto.jsonl';
    expect((await verdictOf({ [stray]: statement })).verdict.outcome).toBe('fail');
  });
});

it.each([
  ['a.tar.zst.reproduced.intoto.jsonl', true],
  ['a.tar.zst.reproduced.2.intoto.jsonl', true],
  ['a.tar.zst.reproduced.1.intoto.jsonl', false],
  ['b.tar.zst.reproduced.intoto.jsonl', false],
  ['a.tar.zst.reproduced.json', false],
])('%s is about making a.tar.zst again: %s', (name, expected) => {
  expect(isReproductionOf(name, 'a.tar.zst')).toBe(expected);
});
