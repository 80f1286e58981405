import { allowedHardLinks } from '../allowed-hard-links.ts';
import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';
import { fail } from '../results.ts';

/** Links, devices and the like have no place in what is carried across. */
export const entryTypes = defineCheck({
  id: 'container/entry-types',
  title: 'The archive holds nothing but files and folders',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container', 'entries'],
  help: {
    why: 'A link shows one content to who follows it and none to who does not, and can lead out of the folder it is unpacked into.',
    fix: 'Build the archive again with files in place of links and without devices.',
    source: 'POSIX.1-2017 pax, ustar Interchange Format; Zarf package format, 1.3',
  },
  *evaluate({ identity, container, entries }) {
    const links = allowedHardLinks(identity.format, entries);
    // A second entry of the same name is another problem, of another check.
    const allowed = new Set([...links.keys()].map((entry) => entry.name));
    const results = judgeContainer(
      'container/entry-types',
      { identity, container },
      allowed.size === 0
        ? 'every entry is a file or a folder'
        : `every entry is a file or a folder, but for ${allowed.size} hard links by which both formats of the bundle share blobs`,
      (problem) =>
        problem.entry !== undefined &&
        allowed.has(problem.entry) &&
        problem.message.includes('hardlink'),
    );
    // Of many problems not all are kept, and those that were can be the allowed ones.
    const told = new Set(
      container.problems
        .filter(({ code }) => code === 'TAR_ENTRY_TYPE')
        .map(({ entry: name }) => name),
    );
    const untold = entries.find(
      ({ name, type }) =>
        type !== 'file' && type !== 'directory' && !allowed.has(name) && !told.has(name),
    );
    if (untold === undefined) yield* results;
    else {
      yield* [...results].filter(({ outcome }) => outcome !== 'pass');
      const { name, type } = untold;
      yield fail({ kind: 'entry', name }, `"${name}" is a ${type}, behind many other links`, {
        code: 'TAR_ENTRY_TYPE',
      });
    }
  },
});
