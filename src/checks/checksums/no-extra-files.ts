import { defineCheck } from '../check.ts';
import { eachPackage, fail, lacking, pass, theFile, thePackage, undecided } from '../results.ts';

/** Files the list cannot hold: it is made before they are, or they hold it. */
const unlisted: readonly string[] = [
  'zarf.yaml',
  'checksums.txt',
  'zarf.bundle.sig',
  'zarf.yaml.sig',
];
const topLevel: readonly string[] = [
  'sboms.tar',
  'documentation.tar',
  'values.yaml',
  'values.schema.json',
];

/** What is carried is listed, and is something a package has. `provenanceFiles` exempts nothing. */
export const noExtraFiles = defineCheck({
  id: 'checksums/no-extra-files',
  title: 'Every file of a package is listed in checksums.txt',
  area: 'checksums',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A file outside the list is covered by no signature and can be put in on the way.',
    fix: 'Create the package again without the file, or through the definition so that it is listed.',
    source: 'Zarf package format, 2.1 and 6.1',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      if (each.checksums === undefined) {
        yield lacking(each, 'checksums.txt', because);
        return;
      }
      const listed = new Set(each.checksums.lines.map((line) => line.path));
      let extra = 0;
      for (const path of each.files.keys()) {
        if (unlisted.includes(path)) continue;
        if (!listed.has(path))
          yield fail(theFile(each, path), `${path} is not in checksums.txt`, {
            code: 'FILE_UNLISTED',
          });
        else if (!isKnownPlace(path))
          yield fail(theFile(each, path), `${path} is listed, but packages have no such file`, {
            code: 'FILE_UNKNOWN',
            severity: 'warning',
          });
        else continue;
        extra++;
      }
      if (because !== undefined) yield undecided(thePackage(each), because);
      else if (extra === 0)
        yield pass(
          thePackage(each),
          `each of ${each.files.size} files is listed, or is the definition, the list or a signature`,
        );
    }),
});

function isKnownPlace(path: string): boolean {
  return (
    topLevel.includes(path) || path.startsWith('images/') || /^components\/[^/]+\.tar$/.test(path)
  );
}
