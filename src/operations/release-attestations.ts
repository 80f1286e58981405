import { digestOf } from '../oci/digest.ts';
import type { OutputFolder } from '../ports/output.ts';
import { onlyKey } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { type ReleaseFileFacts, writeReleaseFile } from './release-files.ts';
import { signStamped, stampProblem } from './release-statement.ts';
import { type SignOncePorts, trustedKeyOf } from './sign-once.ts';

/** A statement about one file of a release, before it is signed. */
export interface ReleaseAttestation {
  /** Name of the file it is written to. */
  readonly fileName: string;
  readonly payload: Uint8Array;
  /** For errors: "the provenance of x". */
  readonly about: string;
}

const maxStatementBytes = 16 * 2 ** 20;

/** Name of the provenance statement of an archive, beside it. */
export function provenanceFileName(archive: string): string {
  return `${archive}.provenance.intoto.jsonl`;
}

/** Name of the statement that binds SBOMs to an archive, beside it. */
export function sbomReferenceFileName(archive: string): string {
  return `${archive}.sboms.intoto.jsonl`;
}

/**
 * Signs a statement into the folder of a release; one of the same signer that says exactly this, and is stamped
 * where stamps are demanded, stays as it is.
 * @throws SignerFailure SIGN_SELF_CHECK, SIGN_TIMESTAMP
 */
export async function writeAttestation(
  { fileName, payload, about }: ReleaseAttestation,
  output: OutputFolder,
  signing: SignOncePorts,
  run: Run,
): Promise<ReleaseFileFacts> {
  const earlier = await output.read(fileName, maxStatementBytes);
  if (earlier !== undefined && (await says(earlier, payload, signing, run)))
    return { name: fileName, digest: digestOf(earlier), size: earlier.byteLength };
  const text = await signStamped({ payload, about }, signing, run);
  return writeReleaseFile(output, fileName, text);
}

async function says(
  bundle: Uint8Array,
  payload: Uint8Array,
  signing: SignOncePorts,
  run: Run,
): Promise<boolean> {
  const { judge, signer, timestamps } = signing;
  const key = trustedKeyOf(signer, 'the signing key');
  const judged = await judge.judgeStatement(bundle, onlyKey(key), run);
  if (judged.outcome !== 'valid' || judged.statement === undefined) return false;
  if (!Buffer.from(judged.statement.payload).equals(payload)) return false;
  return (
    timestamps === undefined ||
    (await stampProblem(bundle, signing, timestamps.root, run)) === undefined
  );
}
