import { madeFileName } from '../../zarf/file-name.ts';
import { splitPartNumber } from '../../zarf/split-part.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { ArchiveFacts, PackageFacts } from '../facts.ts';
import { fail, notApplicable, pass, theArchive, theFile, undecided, unseen } from '../results.ts';

/** Suffixes that deploying programs open, and what they expect behind them. */
const suffixes = [
  ['.tar.zst', 'zstd'],
  ['.tar', 'none'],
] as const;

/** Programs choose how to read a file by its name; people choose which file to take. */
export const fileName = defineCheck({
  id: 'names/file-name',
  title: 'The file is named after what is inside',
  area: 'names',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Deploying programs go by the suffix and people by the rest: under a wrong name another package is taken, or the right one does not open.',
    fix: 'Rename the file as the message says; join the parts of a split archive first.',
    source: 'Zarf package format, 1.1, 1.3 and 1.4',
  },
  *evaluate(facts) {
    const { fileName: name, format } = facts.identity;
    const archive = theArchive(facts.identity);
    if (name === undefined) {
      yield notApplicable(archive, 'standard input has no name');
      return;
    }
    if (splitPartNumber(name) !== undefined) {
      yield fail(
        archive,
        `${name} is one part of a split archive; join the parts and judge the whole`,
        { code: 'FILE_NAME_PART' },
      );
      return;
    }
    const suffix = suffixes.find(([each]) => name.endsWith(each));
    if (suffix === undefined)
      yield fail(archive, `${name} ends in neither .tar.zst nor .tar, so no program opens it`, {
        code: 'FILE_NAME_SUFFIX',
      });
    else if (suffix[1] !== facts.container.compression)
      yield fail(
        archive,
        `${name} ends in ${suffix[0]}, inside it is ${facts.container.compression === 'zstd' ? 'compressed with zstd' : 'a plain tar'}`,
        { code: 'FILE_NAME_COMPRESSION' },
      );
    else if (format === 'zarf-package') yield* judgeStem(facts, name, suffix[0]);
    else if (format === 'unknown')
      yield undecided(archive, unseen(facts.container) ?? 'what the archive is could not be told');
    else yield pass(archive, `${suffix[0]} says how the file is to be read`);
  },
});

function* judgeStem(
  { identity, container, packages }: Pick<ArchiveFacts, 'identity' | 'container' | 'packages'>,
  name: string,
  suffix: string,
): Generator<Result> {
  const archive = theArchive(identity);
  const expected = expectedStem(packages[0]);
  const stem = name.slice(0, -suffix.length);
  if (expected === undefined)
    yield {
      ...undecided(
        archive,
        unseen(container) ??
          'the definition does not say enough to tell how the file should be named',
      ),
      ...(packages[0] === undefined ? {} : { restsOn: theFile(packages[0], 'zarf.yaml').name }),
    };
  else if (stem === expected)
    yield pass(archive, 'name, architecture, version and flavor are those of the definition');
  // A name by the rule makes a claim; any other name is only unhelpful.
  else if (/^zarf-(package|init)-/.test(name))
    yield fail(
      archive,
      `${name} claims another package than it holds, which is named ${expected}${suffix}`,
      { code: 'FILE_NAME_OTHER' },
    );
  else
    yield fail(
      archive,
      `${name} does not tell what it holds, by the rule it is named ${expected}${suffix}`,
      { code: 'FILE_NAME_FREE', severity: 'warning' },
    );
}

function expectedStem(facts: PackageFacts | undefined): string | undefined {
  const definition = facts?.definition?.definition;
  return definition === undefined
    ? undefined
    : madeFileName(definition)?.replace(/\.tar(\.zst)?$/, '');
}
