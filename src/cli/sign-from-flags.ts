import { signArchive } from '../operations/sign-archive.ts';
import type { SignedArchive, SignRequest } from '../operations/sign-request.ts';
import type { Run } from '../support/run.ts';
import { cacheFolder, openCompute, openSigning } from './wire.ts';
import { signPorts } from './wire-sign.ts';

export interface SignFlags extends SignRequest {
  readonly key: { readonly path: string; readonly passwordFile?: string };
  readonly cacheDir?: string;
  readonly programVersion: string;
}

/** Builds what `sign` works with, and runs it. Progress begins once the password is known: it would move over the question. */
export async function signFromFlags(flags: SignFlags, startRun: () => Run): Promise<SignedArchive> {
  const { key, cacheDir, programVersion, ...request } = flags;
  // Asked for before anything long begins.
  const signing = await openSigning(key, await cacheFolder(cacheDir));
  try {
    await using compute = await openCompute();
    const ports = await signPorts({ location: request.location, compute, signing, programVersion });
    return await signArchive(request, ports, startRun());
  } finally {
    await signing.signer[Symbol.asyncDispose]();
  }
}
