import { openCopySource } from '../archive/copy-archive.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { detectFormat } from '../checks/detect-format.ts';
import type { Run } from '../support/run.ts';
import { refuseSplitPart } from '../zarf/split-part.ts';
import { signBundleArchive } from './sign-bundle-archive.ts';
import { SignInputError, SignUsageError } from './sign-error.ts';
import { signPackageArchive } from './sign-package-archive.ts';
import type { SignedArchive, SignPorts, SignRequest, SignSubject } from './sign-request.ts';

/** What is read at once: it decides what is to be done. */
const keptFiles = ['zarf.yaml', 'checksums.txt', 'zarf.bundle.sig', 'zarf.yaml.sig'];

/**
 * Signs a finished archive of any maker. A package gets a new zarf.yaml and zarf.bundle.sig inside a
 * new file, everything else is copied, frame by frame where that is possible. A legacy bundle stays
 * as it is and gets a detached signature beside it. Either is judged by `verify` before anything gets
 * its name: what is damaged is not signed.
 * @throws SignUsageError, SignInputError; SplitPartError ARCHIVE_SPLIT_PART; ArchiveSourceError, ArchiveError, OutputError; SigningError, SignerFailure
 */
export async function signArchive(
  request: SignRequest,
  ports: SignPorts,
  run: Run,
): Promise<SignedArchive> {
  const { location } = request;
  await using archive = await ports.source.open(location, run);
  const { ranges, fileName } = archive;
  if (ranges === undefined || fileName === undefined) {
    throw new SignUsageError(
      'SIGN_INPUT_STREAM',
      'standard input cannot be signed: it can be read only once',
      {
        suggestions: ['Save it to a file, and sign that'],
      },
    );
  }
  refuseSplitPart(fileName);
  await using content = await openCopySource(
    { ranges, chunks: (reading) => archive.chunks(reading) },
    { limits: defaultReadLimits, compute: ports.compute, keep: keptFiles },
    run,
  );
  const subject: SignSubject = { archive, fileName, content };
  const format = detectFormat({ entries: content.files.map(({ name }) => ({ path: name })) });
  if (format === 'zarf-package') return await signPackageArchive(subject, request, ports, run);
  if (format === 'uds-legacy') return await signBundleArchive(subject, request, ports, run);
  throw new SignInputError(
    'SIGN_FORMAT_UNSUPPORTED',
    `${location} is ${format === 'unknown' ? 'neither a Zarf package nor a UDS bundle' : `a bundle of the format ${format}`}, which is not signed here`,
    {
      suggestions:
        format === 'unknown'
          ? [`cowa-release inspect ${location}`]
          : ['Sign it with the program that made it'],
    },
  );
}
