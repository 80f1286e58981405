import type { PulledArchive } from '../operations/pull-archive.ts';
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

/** What lies there now, what is not in it, and what to do next. */
export function renderPull(pulled: PulledArchive): string {
  const { archive, kind, published, size, digest, blobs, absent } = pulled;
  const more = absent.length > mostNames ? [`  and ${absent.length - mostNames} more`] : [];
  return [
    `PULLED  ${archive} (${formatSize(size)})`,
    `  ${kinds[kind]}, published as ${published}`,
    `  file      ${digest}`,
    `  fetched   ${blobs.fetched} of ${blobs.total} files; the others were there already`,
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
