import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aTrustPolicy, keyEntry, testKeys } from '../../test/support/a-trust-policy.ts';
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
import { provenanceType } from '../attestation/provenance.ts';
import { localBuilderId } from '../attestation/render-provenance.ts';
import { statementType } from '../attestation/statement.ts';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy, type Policy } from '../policy/policy.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { gatherProvenance } from './gather-provenance.ts';
import { isProvenanceOf, linesOf } from './read-beside.ts';
import { signStatement } from './sign-statement.ts';
import { type VerifyRequest, verifyArchive } from './verify-archive.ts';
import { verifyFolder } from './verify-folder.ts';

const api = 'dist/gpu/zarf-package-api-amd64-1.2.3.tar.zst';
const bundle = 'dist/gpu/uds-bundle-small-gpu-amd64-1.2.3.tar.zst';
const beside = (archive: string): string => `${archive}.provenance.intoto.jsonl`;

let made: Promise<Record<string, Uint8Array>> | undefined;
/** Every file of a release with provenance, made once. */
function released(): Promise<Record<string, Uint8Array>> {
  made ??= assemble({ machine: aMachine(), provenance: true }).then(({ machine }) =>
    Object.fromEntries(machine.outputs.get('gpu')?.files ?? []),
  );
  return made;
}

const demanding: Policy = {
  ...builtInPolicy,
  required: [...builtInPolicy.required, 'provenance'],
  provenance: { required: true, builders: [localBuilderId] },
};

const judging = { policy: demanding, allowUnsigned: false, programVersion: '0.0.0', key };

async function judged(
  location: string,
  files: Readonly<Record<string, Uint8Array>>,
  more: Partial<VerifyRequest> = {},
): Promise<{ readonly report: VerifyReport; readonly said: Readonly<Record<string, string>> }> {
  const report = await verifyArchive(
    { ...judging, location, wholeDigest: false, ...more },
    {
      source: new MemoryArchiveSource({ ...files }),
      compute: inProcessCompute(),
      signatures: judge,
    },
    run,
  );
  const found = report.findings.filter(({ id }) => id.startsWith('provenance/'));
  const said = found.map(({ id, outcome, code }) => [
    id.replace('provenance/', ''),
    code === undefined ? outcome : `${outcome} ${code}`,
  ]);
  return { report, said: Object.fromEntries(said) };
}

const allPass = {
  builder: 'pass',
  materials: 'pass',
  'no-leaks': 'pass',
  pinned: 'pass',
  reproduced: 'not-applicable',
  source: 'not-applicable',
  tests: 'not-applicable',
  signed: 'pass',
  subject: 'pass',
};

describe('provenance beside an archive', () => {
  it.each([api, bundle])('of our own making passes every check: %s', async (archive) => {
    const { report, said } = await judged(archive, await released());
    expect(said).toEqual(allPass);
    expect(report.verdict.outcome).toBe('pass');
  });

  it('is judged in a folder, too, where each archive has its own', async () => {
    const report = await verifyFolder(
      { ...judging, location: 'dist/gpu' },
      {
        source: new MemoryArchiveSource({ ...(await released()) }),
        compute: inProcessCompute(),
        signatures: judge,
      },
      run,
    );
    expect(report.verdict.headline).toMatch(/passes/);
    expect(report.archives).toHaveLength(3);
  });

  it('may be given by itself', async () => {
    const files = { ...(await released()) };
    const bytes = files[beside(api)] ?? new Uint8Array();
    delete files[beside(api)];
    const { said } = await judged(api, files, { provenance: linesOf('given.jsonl', bytes) });
    expect(said).toEqual(allPass);
  });

  it('of another archive is found out', async () => {
    const files = await released();
    const { report, said } = await judged(api, {
      ...files,
      [beside(api)]: files[beside(bundle)] ?? new Uint8Array(),
    });
    expect(said).toMatchObject({
      signed: 'pass',
      subject: 'fail PROVENANCE_OTHER_SUBJECT',
      materials: 'fail PROVENANCE_KIND',
    });
    expect(report.verdict.outcome).toBe('fail');
  });

  it('that is missing fails where it is demanded, and nowhere else', async () => {
    const files = { ...(await released()) };
    delete files[beside(api)];
    const { report, said } = await judged(api, files);
    expect(said['signed']).toBe('fail PROVENANCE_MISSING');
    expect(report.verdict.outcome).toBe('fail');
    const lenient = await judged(api, files, { policy: builtInPolicy });
    expect(new Set(Object.values(lenient.said))).toEqual(new Set(['not-applicable']));
    expect(lenient.report.verdict.outcome).toBe('pass');
  });

  it('is not looked into where nobody is trusted', async () => {
    const { key: _, ...nobody } = judging;
    const report = await verifyArchive(
      { ...nobody, location: api, wholeDigest: false, allowUnsigned: true },
      {
        source: new MemoryArchiveSource({ ...(await released()) }),
        compute: inProcessCompute(),
        signatures: judge,
      },
      run,
    );
    // Of these, nothing lies there.
    const absent = ['provenance/reproduced', 'provenance/tests'];
    const found = report.findings.filter(
      ({ id }) => id.startsWith('provenance/') && !absent.includes(id),
    );
    expect(new Set(found.map(({ outcome }) => outcome))).toEqual(new Set(['undecided']));
    expect(report.verdict.outcome).toBe('incomplete');
  });

  it('by a stranger is refused, and nothing of it is believed', async () => {
    const files = await released();
    const stranger = new KeySigner(
      generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
    );
    const bytes = await signed(stranger, { predicateType: provenanceType, predicate: {} });
    const { said } = await judged(api, { ...files, [beside(api)]: Buffer.from(bytes) });
    expect(said).toMatchObject({ signed: 'fail PROVENANCE_REFUSED', builder: 'not-applicable' });
  });

  it.each([
    { what: 'another statement', predicateType: 'https://example.org/other/v1' },
    { what: 'provenance that cannot be read', predicateType: provenanceType },
  ])('that is $what is refused', async ({ predicateType }) => {
    const bytes = await signed(signer, { predicateType, predicate: {} });
    const { said } = await judged(api, {
      ...(await released()),
      [beside(api)]: Buffer.from(bytes),
    });
    expect(said['signed']).toBe('fail PROVENANCE_REFUSED');
  });

  it('of an archive that was changed since is about other bytes', async () => {
    const files = await released();
    const archive = files[bundle] ?? new Uint8Array();
    const at = archive.length >> 1;
    const changed = archive.with(at, (archive.at(at) ?? 0) ^ 1);
    const { report } = await judged(bundle, { ...files, [bundle]: changed });
    expect(report.verdict.outcome).toBe('fail');
  });
});

describe('gatherProvenance', () => {
  const policy = aTrustPolicy({
    keys: { ci: keyEntry('ci'), appr: keyEntry('appr'), 'rel-a': keyEntry('rel-a') },
    roles: {
      release: { kind: 'releaser', signers: ['rel-a'], threshold: 1 },
      builder: { kind: 'builder', signers: ['ci'], threshold: 1 },
      approve: { kind: 'approver', signers: ['appr'], threshold: 1 },
    },
  });
  const now = Date.parse('2026-11-21T00:00:00Z');

  it('names another kind of statement as what it is', async () => {
    const by = new KeySigner(testKeys.ci.privateKey);
    const predicateType = 'https://example.org/other/v1';
    const bytes = Buffer.from(await signed(by, { predicateType, predicate: {} }));
    const trust = { policy, roots: new Map(), now, warnDays: 0 };
    expect(await gatherProvenance([{ location: 'p', bytes }], trust, judge, run)).toEqual([
      expect.objectContaining({ reason: `it is a statement of another kind: ${predicateType}` }),
    ]);
  });

  it.each([
    // Who builds is believed, and what was signed is none: that is looked at then.
    ['ci', 'STATEMENT_'],
    ['rel-a', 'STATEMENT_'],
    ['appr', 'TRUST_NOT_IN_ROLE'],
  ] as const)('by %s is believed by role', async (name, code) => {
    const by = new KeySigner(testKeys[name].privateKey);
    const bytes = Buffer.from(await signed(by, { predicateType: provenanceType, predicate: {} }));
    const trust = { policy, roots: new Map(), now, warnDays: 0 };
    const found = await gatherProvenance([{ location: 'p', bytes }], trust, judge, run);
    expect(found).toEqual([
      expect.objectContaining({ state: 'refused', code: expect.stringContaining(code) }),
    ]);
  });
});

async function signed(
  signer: KeySigner,
  statement: { readonly predicateType: string; readonly predicate: object },
): Promise<string> {
  const subject = [{ name: 'a', digest: { sha256: digestOf(Buffer.from('a')).slice(7) } }];
  const payload = Buffer.from(JSON.stringify({ _type: statementType, subject, ...statement }));
  return signStatement({ payload, about: 'a test' }, { signer, judge }, run);
}

it.each([
  ['a.tar.zst.provenance.intoto.jsonl', true],
  ['a.tar.zst.provenance.2.intoto.jsonl', true],
  ['a.tar.zst.provenance.1.intoto.jsonl', false],
  ['a.tar.zst.provenance.100.intoto.jsonl', false],
  ['b.tar.zst.provenance.intoto.jsonl', false],
  ['a.tar.zst.intoto.jsonl', false],
  ['a.tar.zst.provenance.json', false],
])('%s is provenance of a.tar.zst: %s', (name, expected) => {
  expect(isProvenanceOf(name, 'a.tar.zst')).toBe(expected);
});
