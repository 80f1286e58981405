import type { PulledArchive, PulledBeside } from '../operations/pull-archive.ts';
import { formatSize } from '../support/format-size.ts';

/** What `pull --output json` prints. */
export interface PullResult extends PulledArchive {
  readonly schema: 'cowa-release/pull-result/v1';
}

const kinds: Readonly<Record<PulledArchive['kind'], string>> = {
  package: 'Zarf package',
  'legacy-bundle': 'UDS bundle (legacy)',
  'next-bundle': 'UDS bundle (next)',
};
const mostNames = 10;

/** What came along, and whether it speaks of this very file. */
function besideLines(beside: PulledBeside | undefined, archive: string): readonly string[] {
  if (beside === undefined) return [];
  const { files, others, sameFile, pushedBeside } = beside;
  const leftOut = files.filter(({ outcome }) => outcome === 'left-out').map(({ name }) => name);
  const laid = files.length - leftOut.length;
  const more = others === 0 ? '' : `; ${others} more of other kinds stay in the registry`;
  const lines = [`  beside    ${laid} ${laid === 1 ? 'file' : 'files'}${more}`];
  if (leftOut.length > 0)
    lines.push(`Note: another file of that name is here, left out: ${leftOut.join(', ')}`);
  if (sameFile === false)
    lines.push(
      `Note: they were pushed beside another file (${pushedBeside.join(', ')}); the same content, in other bytes.`,
      `  What is said of that file is not said of ${archive}: statements about its digest do not count for verify`,
    );
  return lines;
}

/** What lies there now, what is not in it, and what to do next. */
export function renderPull(pulled: PulledArchive): string {
  const { archive, kind, published, size, digest, blobs, absent, beside } = pulled;
  const more = absent.length > mostNames ? [`  and ${absent.length - mostNames} more`] : [];
  return [
    `PULLED  ${archive} (${formatSize(size)})`,
    `  ${kinds[kind]}, published as ${published}`,
    `  file      ${digest}`,
    `  fetched   ${blobs.fetched} of ${blobs.total} files; the others were there already`,
    ...besideLines(beside, archive),
    ...(absent.length === 0
      ? []
      : [
          'Note: the registry does not have these files of packages; verify says whether they are needed',
          ...absent.slice(0, mostNames).map((name) => `  ${name}`),
          ...more,
        ]),
    `Next: cowa-release verify ${archive}`,
  ].join('\n');
}
