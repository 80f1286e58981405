import { signArchive } from '../operations/sign-archive.ts';
import type { SignedArchive, SignRequest } from '../operations/sign-request.ts';
import type { Signer } from '../ports/signer.ts';
import type { Run } from '../support/run.ts';
import type { SigningChoice } from './signing-choice.ts';
import { cacheFolder, openCompute } from './wire.ts';
import { signPorts } from './wire-sign.ts';
import { openSigning } from './wire-signer.ts';

export interface SignFlags extends SignRequest {
  readonly signer: SigningChoice;
  readonly cacheDir?: string;
  readonly programVersion: string;
}

/**
 * Builds what `sign` works with, and runs it. Progress begins once the password is known: it would move over
 * the question.
 * @param startRun gives the run; `true` asks for one without progress
 */
export async function signFromFlags(
  flags: SignFlags,
  startRun: (silent: boolean) => Run,
): Promise<{ readonly signed: SignedArchive; readonly signer: Signer }> {
  const { signer, cacheDir, programVersion, ...request } = flags;
  // Asked for before anything long begins.
  const signing = await openSigning(signer, await cacheFolder(cacheDir), startRun(true));
  try {
    await using compute = await openCompute();
    const ports = await signPorts({ location: request.location, compute, signing, programVersion });
    const signed = await signArchive(request, ports, startRun(false));
    return { signed, signer: signing.signer };
  } finally {
    await signing.signer[Symbol.asyncDispose]();
  }
}
