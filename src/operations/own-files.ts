import type { OutputFolder } from '../ports/output.ts';
import { bomFileNames } from '../sbom/sbom-names.ts';
import { isArchiveApproval, isReleaseApproval } from './approval-files.ts';
import { provenanceFileName, sbomReferenceFileName } from './release-attestations.ts';
import { ReleaseUsageError } from './release-error.ts';
import { releaseFileNames } from './release-files.ts';
import { releaseStatementName } from './release-statement.ts';

const maxSumsBytes = 2 ** 20;

/** Names of what stands beside the archives of every release. */
export const ownFileNames: readonly string[] = [
  ...Object.values(releaseFileNames),
  releaseStatementName,
];

/** Names of what is written about an archive beside it. */
export function namesBeside(archive: string): readonly string[] {
  return [
    `${archive}.sigstore.json`,
    provenanceFileName(archive),
    sbomReferenceFileName(archive),
    ...bomFileNames(archive),
  ];
}

/** Names of an earlier release of ours in a folder. */
export async function ownNames(output: OutputFolder): Promise<ReadonlySet<string>> {
  const sums = await output.read(releaseFileNames.checksums, maxSumsBytes);
  const listed = sums === undefined ? [] : Buffer.from(sums).toString('utf8').split('\n');
  return new Set([
    ...ownFileNames,
    ...listed.map((line) => line.slice(66)).filter((name) => name !== ''),
  ]);
}

/**
 * A release folder holds one release and nothing else: files that no earlier run wrote would end up on
 * the medium, and are not ours to delete.
 * @throws ReleaseUsageError OUTPUT_FOREIGN_FILE
 */
export async function refuseForeignFiles(
  output: OutputFolder,
  planned: readonly string[],
  isPlanned: (name: string) => boolean = () => false,
): Promise<void> {
  const own = await ownNames(output);
  const expected = new Set([...own, ...planned, ...planned.flatMap(namesBeside)]);
  const foreign = (await output.list()).filter((name) => !expected.has(name) && !isPlanned(name));
  if (foreign.length === 0) return;
  throw new ReleaseUsageError(
    'OUTPUT_FOREIGN_FILE',
    `${output.pathOf('')} holds files that are not of an earlier release: ${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ', …' : ''}`,
    {
      suggestions: [
        foreign.some(
          (name) => isReleaseApproval(name) || planned.some((one) => isArchiveApproval(name, one)),
        )
          ? 'The release in it was approved: keep it, and choose another folder with --out'
          : 'Move them away, or choose another folder with --out',
      ],
    },
  );
}
