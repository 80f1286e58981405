import { InternalError } from '../errors/families.ts';
import type { Digest } from '../oci/digest.ts';
import { onlyKey } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { writeReleaseFile } from './release-files.ts';
import { SignUsageError } from './sign-error.ts';
import { signOnce, trustedKeyOf } from './sign-once.ts';
import type { SignedArchive, SignPorts, SignRequest, SignSubject } from './sign-request.ts';
import { requirePass, staleNotes, withStep } from './sign-steps.ts';

const maxSignatureBytes = 2 ** 20;

/**
 * Signs a legacy bundle: a detached signature over every byte of the file, beside it under the name
 * that `verify` looks for. Inside the archive it would disturb the programs that deploy it.
 *
 * The archive is judged before it is signed, and read again while it is.
 */
export async function signBundleArchive(
  subject: SignSubject,
  request: SignRequest,
  ports: SignPorts,
  run: Run,
): Promise<SignedArchive> {
  const { archive, fileName } = subject;
  const { location, replace } = request;
  const { signing } = ports;
  const key = trustedKeyOf(signing.signer, 'the signing key');
  const signatureName = `${fileName}.sigstore.json`;
  const { folder, name, isInput } = await ports.outputAt(
    request.out ?? `${location}.sigstore.json`,
    signatureName,
  );
  const path = folder.pathOf(name);
  if (isInput) {
    throw new SignUsageError(
      'SIGN_OUTPUT_IS_INPUT',
      `${path} is the archive that is to be signed; a bundle gets a signature beside it`,
      {
        suggestions: [`Leave --out away: the signature goes to ${location}.sigstore.json`],
      },
    );
  }
  const report = await withStep('verify', `Verify ${fileName}`, archive.size, run, () =>
    ports.verify(location, { fileName, wholeDigest: true }, run),
  );
  requirePass(report, fileName);
  const { digest, size } = report.archive;
  if (digest === undefined)
    throw new InternalError('verification computed no digest of the archive');
  const done = {
    kind: 'bundle',
    archive: location,
    signature: path,
    fingerprint: key.fingerprint,
    size,
    report,
  } as const;
  const earlier = await folder.read(name, maxSignatureBytes);
  if (earlier !== undefined) {
    const judged = await signing.judge.judgeBlob(
      earlier,
      { kind: 'digest', digest },
      onlyKey(key),
      run,
    );
    if (judged.outcome === 'valid' && judged.warnings.length === 0)
      return { ...done, outcome: 'unchanged', notes: [] };
    if (judged.outcome !== 'valid' && !replace) {
      throw new SignUsageError(
        'SIGN_ALREADY_SIGNED',
        `${path} is there already and is not a valid signature of this key over ${fileName}`,
        {
          suggestions: [
            `cowa-release verify ${location} --key <key of its maker>`,
            'Say --replace to put your signature in its place',
          ],
        },
      );
    }
  }
  const signature = await signContent(subject, digest, ports, run);
  await writeReleaseFile(folder, name, signature);
  const stale = (await staleNotes(folder, fileName)).filter((note) => !note.startsWith(path));
  const beside = path === `${location}.sigstore.json`;
  const notes = beside
    ? stale
    : [...stale, `verify finds the signature as ${location}.sigstore.json: put it there`];
  return { ...done, outcome: 'signed', notes };
}

function signContent(
  { archive, fileName }: SignSubject,
  digest: Digest,
  { signing }: SignPorts,
  run: Run,
): Promise<Uint8Array> {
  return withStep('sign', `Sign ${fileName}`, archive.size, run, async (onBytes) => {
    async function* counted(): AsyncGenerator<Uint8Array> {
      const chunks = archive.chunks(run);
      let bytes = 0;
      for await (const chunk of chunks) {
        yield chunk;
        bytes += chunk.length;
        onBytes(bytes);
        chunks.recycle?.(chunk);
      }
    }
    return signOnce({ digest, open: counted }, signing, run);
  });
}
