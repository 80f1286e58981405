import { createHash } from 'node:crypto';
import { parseReferences } from '../attestation/parse-references.ts';
import type { ReferencedFile, SbomReferences } from '../checks/provenance-facts.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { gatherStatements } from './gather-statements.ts';
import { folderOf, type StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';

/**
 * What is believed of them, compared with the files that lie there: of those that a builder or releaser of the
 * trust policy signed about these very bytes. Others are told with the reason.
 * @param digest of the whole archive; undefined where it could not be told
 */
export function gatherReferences(
  lines: readonly StatementLine[],
  { location: archive, digest }: { readonly location: string; readonly digest: Digest | undefined },
  trust: TrustInputs | undefined,
  { source, signatures }: { readonly source: ArchiveSource; readonly signatures: SignatureJudge },
  run: Run,
): Promise<readonly SbomReferences[]> {
  const demands = {
    kinds: ['builder', 'releaser'],
    words: 'may build or release',
    withoutKey: 'SBOMs are named beside it, and no key was given to judge who says so',
  } as const;
  return gatherStatements<SbomReferences>(
    lines,
    demands,
    trust,
    signatures,
    run,
    async ({ payload, signers }, location) => {
      const { subjects, files } = parseReferences(payload);
      const about =
        digest === undefined ? 'unknown' : subjects.includes(digest) ? 'this' : 'another';
      const compared: ReferencedFile[] = [];
      // What is about another archive names the files of that one.
      if (about === 'this')
        for (const file of files)
          compared.push(await compareReferenced(file, folderOf(archive), source, run));
      return { state: 'believed', location, signers, about, files: compared };
    },
  );
}

/** Whether a file beside an archive is the one a statement names. */
export async function compareReferenced(
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
