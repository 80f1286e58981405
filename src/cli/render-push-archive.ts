import type { PushedArchive } from '../operations/push-archive.ts';
import { formatSize } from '../support/format-size.ts';

/** What `push --output json` prints. */
export interface PushArchiveResult extends PushedArchive {
  readonly schema: 'cowa-release/push-result/v1';
}

/** Where it lies now, what lies beside it, and how it comes back. */
export function renderPushArchive(pushed: PushedArchive): string {
  const { kind, reference, digest, archive, referrers, listed, blobs, sentBytes } = pushed;
  const place = reference.slice(0, reference.lastIndexOf(':'));
  return [
    `PUSHED  ${reference}`,
    `  ${kind === 'package' ? 'Zarf package' : 'UDS bundle'} ${place}@${digest}`,
    `  file      ${archive.name} ${archive.digest}`,
    `  contents  ${blobs.uploaded} sent (${formatSize(sentBytes)}), ${blobs.there} there`,
    `  beside    ${referrers.length === 0 ? 'nothing' : `${referrers.length} files, listed ${listed === 'registry' ? 'by the registry' : 'under a tag: the registry keeps no such lists'}`}`,
    ...referrers.map(({ name, artifactType }) => `    ${name} (${artifactType})`),
    `Next: cowa-release pull ${reference}`,
  ].join('\n');
}
