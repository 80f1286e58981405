import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import { parseStatement } from '../../src/attestation/statement.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { JudgedSignature, TrustedSigner } from '../../src/ports/signature-judge.ts';

/**
 * The suite by which Sigstore's own clients are measured: COWA_SIGSTORE_SUITE names its folder
 * `test/assets/bundle-verify`, COWA_SIGSTORE_ROOT the trusted root of the public instance.
 */
const suite = process.env['COWA_SIGSTORE_SUITE'] ?? '';
const publicRoot = process.env['COWA_SIGSTORE_ROOT'] ?? '';
const missing = suite === '' || publicRoot === '';
const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const beacon =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const cases = missing
  ? []
  : readdirSync(suite).filter((name) => existsSync(join(suite, name, 'bundle.sigstore.json')));

describe.skipIf(missing)(
  'the suite of Sigstore clients (COWA_SIGSTORE_SUITE, COWA_SIGSTORE_ROOT)',
  () => {
    it.each(cases)('%s', async (name) => {
      const at = (file: string): string => join(suite, name, file);
      const text = (file: string, otherwise: string): string =>
        existsSync(at(file)) ? readFileSync(at(file), 'utf8').trim() : otherwise;
      const artifact = readFileSync(
        existsSync(at('artifact')) ? at('artifact') : join(suite, 'a.txt'),
      );
      const origin = existsSync(at('trusted_root.json')) ? at('trusted_root.json') : publicRoot;
      const bytes = readFileSync(origin);
      const root = { origin, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
      const bundle = readFileSync(at('bundle.sigstore.json'));
      const issuer = text('issuer', 'https://token.actions.githubusercontent.com');
      const san = { kind: 'exact', text: text('identity', beacon) } as const;
      const ci = {
        kind: 'identity',
        name,
        issuer,
        san,
        root,
        tlogs: 1,
        scts: 1,
        timestamps: 0,
      } as const;
      let verdict: string;
      try {
        const signer: TrustedSigner = existsSync(at('key.pub'))
          ? {
              kind: 'key',
              name,
              key: { origin, ...parsePublicKey(text('key.pub', '')) },
              timestampRoot: root,
            }
          : ci;
        const isStatement = bundle.includes('"dsseEnvelope"');
        const judged = isStatement
          ? await judge.judgeStatement(bundle, [signer], run)
          : await judge.judgeBlob(bundle, { kind: 'bytes', bytes: artifact }, [signer], run);
        verdict = outcomeOf(judged, artifact);
      } catch (error) {
        // A key file that is none ends the run before any signature is looked at.
        verdict = error instanceof Error && 'code' in error ? 'refused' : 'broken';
      }
      expect(verdict).toBe(name.endsWith('_fail') ? 'refused' : 'valid');
    });
  },
);

function outcomeOf(judged: JudgedSignature, artifact: Uint8Array): string {
  if (judged.outcome !== 'valid') return 'refused';
  if (judged.statement === undefined) return 'valid';
  const { subjects } = parseStatement(judged.statement.payload, { allowOldType: true });
  return subjects.some(({ digest }) => `sha256:${digest.sha256}` === digestOf(artifact))
    ? 'valid'
    : 'refused';
}
