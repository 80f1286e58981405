import type { Compute } from '../archive/compute.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { digestOf } from '../oci/digest.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { MemberError } from './member-error.ts';
import type { PackedPackage } from './packed-package.ts';
import { ReleaseInputError } from './release-error.ts';
import { hasSignature, requirePackageFiles } from './require-package-files.ts';
import { takeArchiveFiles } from './take-archive-files.ts';

export interface ImportArchivePorts {
  readonly source: ArchiveSource;
  readonly blobs: BlobStore;
  /** Judges the archive as `verify` does. */
  verify(location: string, run: Run): Promise<VerifyReport>;
  /** Computes the hashes; in this process unless given. */
  readonly compute?: Compute;
}

/**
 * Takes a finished Zarf package archive of any maker as it is, to become part of a bundle: verified
 * first, then read once, every content into the store. Nothing of it is rewritten.
 *
 * That it is unsigned, or signed by somebody whose key was not given, does not keep it out; a note
 * says so. The second reading is bound to the first by the digest of the definition, from which
 * everything else follows, so that a file swapped in between is noticed.
 * @param location a path the source knows
 * @throws ReleaseInputError MEMBER_REFUSED: it does not pass verification
 * @throws MemberError all codes but MEMBER_NOT_FOUND; ArchiveSourceError, ArchiveError
 */
export async function importPackageArchive(
  location: string,
  ports: ImportArchivePorts,
  run: Run,
): Promise<PackedPackage> {
  const report = await ports.verify(location, runWithin(run, `import ${location}`, 'verifying'));
  requireFit(report, location, run);
  await using archive = await ports.source.open(location, run);
  const { fileName } = archive;
  if (fileName === undefined) {
    throw new MemberError('MEMBER_NAME_UNKNOWN', `the package at ${location} has no file name`, {
      suggestions: ['Name a file: a bundle records what its packages were called'],
    });
  }
  const { blobs, compute = inProcessCompute() } = ports;
  const taken = await takeArchiveFiles(archive, fileName, { blobs, compute }, run);
  const root = report.archive.root?.digest;
  if (taken.definition === undefined || digestOf(taken.definition) !== root) {
    throw new MemberError(
      'MEMBER_CHANGED',
      `${fileName} changed after it was verified: its zarf.yaml is another one now`,
      { suggestions: ['Run again when nothing writes to the file any more'] },
    );
  }
  const definition = requirePackageFiles({
    subject: fileName,
    files: taken.files.map(({ path, blob }) => ({ path, digest: blob.digest })),
    definition: taken.definition,
    checksums: taken.checksums,
  });
  return { definition, fileName, files: taken.files, signed: hasSignature(taken.files) };
}

function requireFit(report: VerifyReport, location: string, run: Run): void {
  const { archive, verdict, findings } = report;
  const name = archive.name ?? location;
  if (verdict.outcome === 'fail') {
    const reasons = findings.filter(
      ({ outcome, severity }) => outcome === 'fail' && severity === 'error',
    );
    throw new ReleaseInputError(
      'MEMBER_REFUSED',
      `the package ${name} does not pass verification: ${reasons
        .slice(0, 3)
        .map(({ id, subject, message }) => `${id} ${subject.name}: ${message}`)
        .join('; ')}`,
      {
        suggestions: [
          `cowa-release verify ${location}`,
          ...reasons.slice(0, 3).map(({ help }) => help.fix),
        ],
      },
    );
  }
  if (archive.format !== 'zarf-package') {
    throw new MemberError(
      'MEMBER_NOT_A_PACKAGE',
      `${name} is ${archive.format === 'unknown' ? 'no package' : `a ${archive.format} bundle`}, a bundle is made of Zarf packages`,
      { suggestions: ['Name the zarf-package-*.tar.zst file that is meant'] },
    );
  }
  const unseen = verdict.missingEvidence.filter((area) => area !== 'signature');
  if (unseen.length > 0) {
    throw new ReleaseInputError(
      'MEMBER_REFUSED',
      `the package ${name} could not be judged: ${unseen.join(', ')} could not be looked at`,
      { suggestions: [`cowa-release verify ${location}`] },
    );
  }
  if (verdict.missingEvidence.length > 0 || verdict.weakenedBy.length > 0) {
    run.onProgress?.({
      kind: 'note',
      message: `${name} goes into the bundle without a signature that was checked: ${verdict.headline}`,
    });
  }
}
