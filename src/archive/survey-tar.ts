import type { ArchiveErrorCode } from './archive-error.ts';
import type { ByteFeed, ByteReader } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import { cleanPath, nameFault, PathSet } from './entry-path.ts';
import type { ReadLimits } from './read-limits.ts';
import type { ContainerProblem } from './survey.ts';
import type { EntryReader } from './survey-entry.ts';
import type { EntryBody, FoundEntry, SurveyedTar } from './surveyed-tar.ts';
import { readTar, type TarEnd, type TarEntry } from './tar-reader.ts';

/**
 * Of the problems of one code that do not end the reading, so many are kept: more would tell nobody
 * anything. Counted by code, so that problems a check excuses crowd out none that it would not.
 */
const maxAlike = 1000;

/**
 * Reads a tar to its end; faults become problems, the fatal one is the last. `place` says where in
 * the input the reading is, `read` passes over one content.
 */
export async function surveyTar(
  tar: ByteReader,
  place: () => number,
  limits: ReadLimits,
  read: (entry: TarEntry, body: EntryBody) => Promise<void>,
): Promise<SurveyedTar> {
  const problems: ContainerProblem[] = [];
  const found: FoundEntry[] = [];
  const paths = new PathSet();
  const alike = new Map<ArchiveErrorCode, number>();
  const end: TarEnd = { endBlocks: 0 };
  let current: string | undefined;
  try {
    for await (const entry of readTar(tar, limits, end)) {
      const { name, type, mode, size, linkTarget } = entry;
      current = name;
      const report = (code: ArchiveErrorCode, message: string): void => {
        const before = alike.get(code) ?? 0;
        alike.set(code, before + 1);
        if (before < maxAlike)
          problems.push({ code, message, offset: place(), entry: name, fatal: false });
      };
      judgeName(entry, paths, report);
      if (type !== 'file' && type !== 'directory')
        report(
          'TAR_ENTRY_TYPE',
          `"${name}" is a ${type}, only files and folders belong in an archive`,
        );
      for (const oddity of entry.oddities)
        report(
          'TAR_HEADER_INVALID',
          `"${name}" is read differently by different readers: ${oddity}`,
        );
      const body: EntryBody = {};
      found.push({
        entry: {
          name,
          path: cleanPath(name),
          type,
          mode,
          size,
          ...(linkTarget === undefined ? {} : { linkTarget }),
        },
        body,
      });
      await read(entry, body);
      current = undefined;
    }
    if (end.endBlocks < 2)
      problems.push({
        code: 'TAR_END_MISSING',
        message: `the tar ends with ${end.endBlocks} zero blocks, two are due`,
        offset: place(),
        fatal: false,
      });
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    const entry = error.entry ?? current;
    problems.push({
      code: error.code,
      message: error.message,
      offset: place(),
      ...(entry === undefined ? {} : { entry }),
      fatal: true,
    });
  }
  return { found, problems, endBlocks: end.endBlocks, headers: end.headers ?? 0 };
}

/** The same with every content read and hashed, and the reading ended. */
export async function readWhole(
  tar: ByteFeed,
  place: () => number,
  limits: ReadLimits,
  reader: EntryReader,
): Promise<SurveyedTar> {
  try {
    return await surveyTar(tar, place, limits, (entry, body) => reader.read(entry, body));
  } finally {
    // Ends the decoding of what was read ahead, before its memory goes.
    await tar.close();
    await reader.finish();
  }
}

/** Reports what is wrong with a name, by itself or beside the paths before it. */
export function judgeName(
  entry: Pick<TarEntry, 'name' | 'nameIsUtf8' | 'type'>,
  paths: PathSet,
  report: (code: ArchiveErrorCode, message: string) => void,
): void {
  if (!entry.nameIsUtf8) report('TAR_NAME_ENCODING', `the name "${entry.name}" is not UTF-8`);
  const path = cleanPath(entry.name);
  const isRoot =
    path === '' && entry.type === 'directory' && entry.name !== '' && !entry.name.startsWith('/');
  const fault = isRoot ? undefined : path === '' ? 'is empty' : nameFault(entry.name);
  if (fault !== undefined) report('TAR_NAME_INVALID', `the name "${entry.name}" ${fault}`);
  // Some readers take it for a folder.
  else if (entry.type !== 'directory' && entry.name.endsWith('/'))
    report('TAR_NAME_INVALID', `the name "${entry.name}" ends in a slash and is no folder`);
  const clash = paths.add(path, entry.type === 'directory');
  if (clash !== undefined) report(clash.code, clash.message);
}
