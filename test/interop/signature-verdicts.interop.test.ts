import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { describePublicKey } from '../../src/attestation/public-key.ts';
import type { JudgedSignature, TrustedSigner } from '../../src/ports/signature-judge.ts';
import { artifact, lab } from '../support/certificate-lab.ts';
import { cosign, cosignVerdict } from '../support/cosign-verdict.ts';
import { titleOf } from '../support/peers.ts';
import { identity } from '../support/private-instance.ts';
import { certificateRows } from './verdicts/certificate-rows.ts';
import { keyRows, signingKeys } from './verdicts/key-rows.ts';
import type { VerdictRow } from './verdicts/verdict-row.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const signed = { kind: 'bytes', bytes: artifact } as const;
let home = '';
const at = (name: string): string => join(home, name);
const codeOf = (judged: JudgedSignature): string =>
  judged.outcome === 'valid' ? 'accept' : judged.code;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cowa-verdicts-'));
  await writeFile(at('artifact'), artifact);
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(cosign.missing)(titleOf('bundles that cosign and we judge', cosign), () => {
  it.each([...certificateRows, ...keyRows])('$name: cosign $cosign, here $ours', async (row) => {
    const text = typeof row.bundle === 'string' ? row.bundle : JSON.stringify(row.bundle);
    await writeFile(at('bundle.json'), text);
    const root = lab.rootFile(row.root);
    await writeFile(at('root.json'), root.bytes);
    const facts = describePublicKey(signingKeys.publicKey);
    await writeFile(at('key.pub'), facts.pem);
    const judged = await judge.judgeBlob(Buffer.from(text), signed, [signerOf(row, root)], run);
    expect(codeOf(judged)).toBe(row.ours);
    expect(await cosignVerdict(home, 'bundle.json', flagsOf(row))).toBe(row.cosign);
    // Never laxer; where stricter, with a reason.
    expect(row.ours === 'accept' ? row.cosign : 'accept').toBe('accept');
    expect(row.stricter !== undefined).toBe(row.ours !== 'accept' && row.cosign === 'accept');
  });
});

function signerOf(row: VerdictRow, root: ReturnType<typeof lab.rootFile>): TrustedSigner {
  if (typeof row.demand === 'string') {
    const key = { origin: 'key.pub', ...describePublicKey(signingKeys.publicKey) };
    const stamp = row.demand === 'key' ? {} : { timestampRoot: root, timestamps: 1 };
    return { kind: 'key', name: 'key', key, ...stamp };
  }
  const [tlogs, timestamps, scts] = row.demand;
  const san = { kind: 'exact', text: row.san ?? identity.san } as const;
  return {
    kind: 'identity',
    name: 'ci',
    issuer: identity.issuer,
    san,
    root,
    tlogs,
    timestamps,
    scts,
  };
}

function flagsOf(row: VerdictRow): readonly string[] {
  if (row.demand === 'key') return ['--key', 'key.pub'];
  const root = ['--trusted-root', 'root.json'];
  if (row.demand === 'key+stamp') return ['--key', 'key.pub', '--use-signed-timestamps', ...root];
  const [tlogs, timestamps, scts] = row.demand;
  return [
    ...root,
    '--certificate-identity',
    row.san ?? identity.san,
    '--certificate-oidc-issuer',
    identity.issuer,
    ...(tlogs > 0 ? ['log'] : []),
    ...(timestamps > 0 ? ['--use-signed-timestamps'] : []),
    ...(scts > 0 ? [] : ['--insecure-ignore-sct']),
  ];
}
