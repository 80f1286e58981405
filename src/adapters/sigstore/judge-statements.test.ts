import { describe, expect, it } from 'vitest';
import { type Bundle, signStatement } from '../../../test/support/certificate-bundles.ts';
import { artifact, full, lab, signer } from '../../../test/support/certificate-lab.ts';
import { codeOf, judgedBlob, trusted } from '../../../test/support/judged-certificate.ts';
import { dsseRecord, hashedRekord } from '../../../test/support/log-records.ts';
import { SigstoreJudge } from './signature-judge.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();

describe('a statement by a certificate', () => {
  const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
  const statement = signStatement(signer, payload, (signature) => ({
    stamps: [lab.stamp(signature)],
    entries: [lab.logEntry(dsseRecord(payload, signature, signer.der))],
  }));
  const judgeStatement = (bundle: Bundle) =>
    judge.judgeStatement(Buffer.from(JSON.stringify(bundle)), [trusted], run);

  it('is valid, and its payload comes from the verified bytes', async () => {
    const result = await judgeStatement(statement);
    expect(result).toMatchObject({
      outcome: 'valid',
      statement: { payloadType: 'application/vnd.in-toto+json' },
    });
    if (result.outcome !== 'valid') throw new Error('valid');
    expect(result.statement?.payload).toEqual(payload);
  });

  it.each<[string, (signature: Buffer) => object]>([
    ['about another payload', (s) => dsseRecord(Buffer.from('x'), s, signer.der)],
    ['about another certificate', (s) => dsseRecord(payload, s, lab.signer().der)],
    ['about a file', (s) => hashedRekord(artifact, s, signer.der)],
  ])('is refused with a log entry %s', async (_name, record) => {
    const bundle = signStatement(signer, payload, (signature) => ({
      stamps: [lab.stamp(signature)],
      entries: [lab.logEntry(record(signature))],
    }));
    expect(codeOf(await judgeStatement(bundle))).toBe('invalid SIGNATURE_LOG_BODY');
  });

  it('is no signature over a file, and a signature over a file is no statement', async () => {
    expect(codeOf(await judgedBlob(statement))).toBe('invalid SIGNATURE_CONTENT');
    expect(codeOf(await judgeStatement(full))).toBe('invalid SIGNATURE_CONTENT');
  });
});
