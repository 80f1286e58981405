import { expect } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { JudgedSignature, TrustedSigner } from '../../src/ports/signature-judge.ts';
import type { Bundle } from './certificate-bundles.ts';
import { artifact, lab } from './certificate-lab.ts';
import { identity } from './private-instance.ts';

/** An identity that needs a log entry, an SCT and a timestamp of the trusted instance. */
export const trusted: TrustedSigner & { kind: 'identity' } = {
  kind: 'identity',
  name: 'ci',
  issuer: identity.issuer,
  san: { kind: 'exact', text: identity.san },
  root: lab.rootFile(),
  tlogs: 1,
  scts: 1,
  timestamps: 1,
};

/** What is said of a bundle over a file, by its bytes and by its digest alike. */
export async function judgedBlob(
  bundle: Bundle,
  change: Partial<typeof trusted> = {},
  over: Uint8Array = artifact,
): Promise<JudgedSignature> {
  const judge = new SigstoreJudge();
  const run = { signal: new AbortController().signal };
  const bytes = Buffer.from(JSON.stringify(bundle));
  const signers = [{ ...trusted, ...change }];
  const result = await judge.judgeBlob(bytes, { kind: 'bytes', bytes: over }, signers, run);
  const byDigest = { kind: 'digest', digest: digestOf(over) } as const;
  expect(await judge.judgeBlob(bytes, byDigest, signers, run)).toEqual(result);
  return result;
}

/** `valid`, or the outcome with its code. */
export const codeOf = (result: JudgedSignature): string =>
  result.outcome === 'valid' ? 'valid' : `${result.outcome} ${result.code}`;
