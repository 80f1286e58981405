import { hexOf } from '../../oci/digest.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { PackageFacts } from '../facts.ts';
import { eachPackage, fail, lacking, pass, theFile, undecided } from '../results.ts';

/** Every listed file is there with the listed content. */
export const complete = defineCheck({
  id: 'checksums/complete',
  title: 'Every file that checksums.txt lists is there and hashes as listed',
  area: 'checksums',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A file that is missing or differs is not what was built and, where the definition is signed, not what was signed.',
    fix: 'Copy the archive again; if it stays so, create the package again.',
    source: 'Zarf package format, 6.1',
  },
  codes: {
    CHECKSUM_FILE_MISSING: {
      why: 'The package is not all that was built and, where the definition is signed, not all that was signed.',
      fix: 'Copy the archive again; if it stays so, something was taken out of it: ask its producer for a whole one',
    },
    CHECKSUM_MISMATCH: {
      why: 'The file is not the one that was built and, where the definition is signed, not the one that was signed.',
      fix: 'Do not use it. Copy the archive again; if it stays so, it was changed after it was made: ask its producer',
    },
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      if (each.checksums === undefined) yield lacking(each, 'checksums.txt', because);
      else yield* judgeLines(each, each.checksums.lines, because);
    }),
});

function* judgeLines(
  each: PackageFacts,
  lines: readonly { readonly hex: string; readonly path: string; readonly line: number }[],
  because: string | undefined,
): Generator<Result> {
  let agreeing = 0;
  let leftOut = 0;
  for (const { hex, path, line } of lines) {
    const file = each.files.get(path);
    const subject = theFile(each, path);
    if (file?.digest !== undefined && hexOf(file.digest) === hex) agreeing++;
    else if (file?.digest !== undefined)
      yield fail(subject, `${path} should have the SHA-256 ${hex} and has ${hexOf(file.digest)}`, {
        code: 'CHECKSUM_MISMATCH',
        restsOn: subject.name,
      });
    else if (because !== undefined) yield undecided(subject, `${path} was not seen: ${because}`);
    else if (isLeftOut(each, path, hex)) leftOut++;
    else
      yield fail(subject, `${path} is missing, line ${line} of checksums.txt lists it`, {
        code: 'CHECKSUM_FILE_MISSING',
        restsOn: subject.name,
      });
  }
  if (agreeing + leftOut < lines.length) return;
  const rest = leftOut === 0 ? '' : `; ${leftOut} were left out of the bundle`;
  yield pass(
    theFile(each, 'checksums.txt'),
    `${agreeing} of ${lines.length} listed files are there and hash as listed${rest}`,
  );
}

/**
 * A bundle may leave out what it does not deploy. What its package manifest still names in the same
 * content is missing to the checks of the bundle, not a second time here.
 */
function isLeftOut({ manifest, files, leftOut }: PackageFacts, path: string, hex: string): boolean {
  if (leftOut?.has(path) === true) return true;
  return manifest !== undefined && files.get(path)?.declared?.digest === `sha256:${hex}`;
}
