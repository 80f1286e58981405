import { cleanPath } from '../archive/entry-path.ts';
import type { SurveyedEntry } from '../archive/survey.ts';
import type { ArchiveFormat } from './facts.ts';

/** Where the next half of a bundle keeps its blobs. */
const nextBlobs = /^oci\/blobs\/sha256\/[0-9a-f]{64}$/;

/**
 * Hard links that a deploying program follows, each with the file it stands for: below `oci/` of a
 * next or hybrid bundle, to a regular file that came before. In a hybrid a blob may only stand for the
 * blob of the same name in the legacy half, spelt plainly: nothing else has a reason to be there. In a
 * legacy tree every link is read as an empty file.
 * @see shared reference of the UDS bundle format, 3.5 and 4
 */
export function allowedHardLinks(
  format: ArchiveFormat,
  entries: readonly SurveyedEntry[],
): ReadonlyMap<SurveyedEntry, SurveyedEntry> {
  const links = new Map<SurveyedEntry, SurveyedEntry>();
  if (format !== 'uds-next' && format !== 'uds-hybrid') return links;
  const files = new Map<string, SurveyedEntry>();
  for (const entry of entries) {
    if (entry.type === 'file') files.set(entry.path, entry);
    if (entry.type !== 'hardlink' || !nextBlobs.test(entry.path)) continue;
    const { linkTarget = '' } = entry;
    const twin = entry.path.slice('oci/'.length);
    if (format === 'uds-hybrid' && (linkTarget !== twin || entry.name !== entry.path)) continue;
    const target = files.get(cleanPath(linkTarget));
    if (target !== undefined && !linkTarget.startsWith('/')) links.set(entry, target);
  }
  return links;
}
