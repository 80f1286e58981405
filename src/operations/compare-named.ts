import { createHash } from 'node:crypto';
import type { BelievedReferences, ReferencedFile } from '../checks/provenance-facts.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { folderOf } from './read-beside.ts';

/** An archive whose bytes are judged. */
export interface JudgedBytes {
  readonly location: string;
  /** Of the whole archive; undefined where it could not be told. */
  readonly digest: Digest | undefined;
}

interface NamedFile {
  readonly name: string;
  readonly digest: Digest;
}

/** Which archive a statement is about and, where it is this one, whether the files it names are those that lie there. */
export async function compareNamed(
  statement: { readonly subjects: readonly Digest[]; readonly files: readonly NamedFile[] },
  { location, digest }: JudgedBytes,
  source: ArchiveSource,
  run: Run,
): Promise<Pick<BelievedReferences, 'about' | 'files'>> {
  if (digest === undefined) return { about: 'unknown', files: [] };
  // What is about another archive names the files of that one.
  if (!statement.subjects.includes(digest)) return { about: 'another', files: [] };
  const files: ReferencedFile[] = [];
  for (const file of statement.files)
    files.push(await compareReferenced(file, folderOf(location), source, run));
  return { about: 'this', files };
}

/** Whether a file beside an archive is the one a statement names. */
async function compareReferenced(
  { name, digest }: NamedFile,
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
