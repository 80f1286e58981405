import { createHash } from 'node:crypto';
import { StatementError } from '../attestation/attestation-error.ts';
import { parseReferences } from '../attestation/parse-references.ts';
import type { ReferencedFile, SbomReferences } from '../checks/provenance-facts.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import { folderOf, isNumberedBeside, readLines, type StatementLine } from './read-beside.ts';
import { sbomReferenceFileName } from './release-attestations.ts';
import type { TrustInputs } from './trust-inputs.ts';
import { vouchedFor } from './vouched-for.ts';

/** Statements that name the SBOMs of an archive, beside it. */
export async function readReferenceLines(
  location: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly StatementLine[]> {
  if (location === '-') return [];
  const folder = folderOf(location);
  const name = location.slice(folder.length);
  const isWanted = (each: string): boolean => isNumberedBeside(each, name, 'sboms');
  return readLines(folder, isWanted, source, run, sbomReferenceFileName(name));
}

/**
 * What is believed of them, compared with the files that lie there: of those that a builder or releaser of the
 * trust policy signed about these very bytes. Others are told with the reason.
 * @param digest of the whole archive; undefined where it could not be told
 */
export async function gatherReferences(
  lines: readonly StatementLine[],
  { location, digest }: { readonly location: string; readonly digest: Digest | undefined },
  trust: TrustInputs | undefined,
  ports: { readonly source: ArchiveSource; readonly signatures: SignatureJudge },
  run: Run,
): Promise<readonly SbomReferences[]> {
  const found: SbomReferences[] = [];
  for (const line of lines) {
    if (trust === undefined) {
      const reason = 'SBOMs are named beside it, and no key was given to judge who says so';
      found.push({ state: 'undecided', location: line.location, code: 'SIGNATURE_NO_KEY', reason });
      continue;
    }
    const { bytes } = line;
    const evidence = await judgeStatementAt(line.location, bytes, trust, ports.signatures, run);
    const vouched = vouchedFor(evidence, trust, ['builder', 'releaser'], 'may build or release');
    if (vouched.state !== 'vouched') {
      found.push({ ...vouched, location: line.location });
      continue;
    }
    try {
      const { subjects, files } = parseReferences(vouched.payload);
      const about =
        digest === undefined ? 'unknown' : subjects.includes(digest) ? 'this' : 'another';
      const compared: ReferencedFile[] = [];
      // What is about another archive names the files of that one.
      if (about === 'this')
        for (const file of files)
          compared.push(await compare(file, folderOf(location), ports.source, run));
      const { signers } = vouched;
      found.push({ state: 'believed', location: line.location, signers, about, files: compared });
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      const { code, message } = error;
      found.push({ state: 'refused', location: line.location, code, reason: message });
    }
  }
  return found;
}

async function compare(
  { name, digest }: { readonly name: string; readonly digest: Digest },
  folder: string,
  source: ArchiveSource,
  run: Run,
): Promise<ReferencedFile> {
  try {
    await using file = await source.open(`${folder}${name}`, run);
    const hash = createHash('sha256');
    for await (const chunk of file.chunks(run)) hash.update(chunk);
    const found = digestFromHex(hash.digest('hex'));
    return found === digest
      ? { name, digest, state: 'same' }
      : { name, digest, state: 'other', found };
  } catch (error) {
    if (!(error instanceof ArchiveSourceError)) throw error;
    return error.code === 'ARCHIVE_MISSING'
      ? { name, digest, state: 'missing' }
      : { name, digest, state: 'unread', reason: error.message };
  }
}
