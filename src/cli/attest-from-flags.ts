import { AttestError } from '../operations/attest-error.ts';
import type { RecordedInput } from '../operations/record-inputs.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import type { Policy } from '../policy/policy.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { Run } from '../support/run.ts';
import { type KeyOpeningFlags, type SigningKey, toSigningKey } from './signing-key.ts';
import { openSigning } from './wire-signer.ts';

/** Where a signed verdict goes, and who signs it. */
export interface Attesting {
  readonly path: string;
  readonly key: SigningKey;
}

/** Pairs the two flags. An empty variable counts as none. @throws AttestError ATTEST_KEY_MISSING */
export function attestingOf(
  path: string | undefined,
  flags: KeyOpeningFlags & { readonly 'attest-key'?: string | undefined },
): Attesting | undefined {
  if (path === undefined) return undefined;
  const reference = flags['attest-key'] || undefined;
  if (reference === undefined) {
    throw new AttestError('ATTEST_KEY_MISSING', '--attest needs a key to sign with', {
      suggestions: [
        'Give --attest-key <private key>; --key stays the public key the archive is judged by',
        'cowa-release keys generate --out reviewer',
      ],
    });
  }
  return { path, key: toSigningKey(reference, flags) };
}

/** Opens the key before anything long begins: a wrong password is told at once. */
export function openAttesting({ key }: Attesting, run: Run): Promise<SignOncePorts> {
  // Verdicts are dated, so none is reused and no cache is read.
  return openSigning({ kind: 'key', key }, undefined, run);
}

/** The signed verdict as text. Of all checks; loaded only here. @throws AttestError, SignerFailure */
export async function attestationOf(
  judged: {
    readonly result: VerifyResult;
    readonly policy: Policy;
    readonly inputs: readonly RecordedInput[];
  },
  signing: SignOncePorts,
  { now, programVersion }: { readonly now: Date; readonly programVersion: string },
  run: Run,
): Promise<string> {
  const { result, policy, inputs } = judged;
  const { allChecks } = await import('../checks/all-checks.ts');
  const { attestVerdict } = await import('../operations/attest-verdict.ts');
  const context = { policy, inputs, checks: allChecks(), programVersion, now };
  return attestVerdict(result, context, signing, run);
}
