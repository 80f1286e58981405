import type { JoinedArchive } from '../operations/join-archive.ts';
import type { SplitParts } from '../operations/split-archive.ts';
import { formatSize } from '../support/format-size.ts';

/** What `split --output json` prints. */
export interface SplitResult extends SplitParts {
  readonly schema: 'cowa-release/split-result/v1';
}

/** What `join --output json` prints. */
export interface JoinResult extends Omit<JoinedArchive, 'signature'> {
  readonly schema: 'cowa-release/join-result/v1';
  /** A detached signature that lies beside the parts and belongs beside the archive; null where there is none. */
  readonly signature: string | null;
}

/** What lies there now, and what to do with it. */
export function renderSplit({ archive, parts, header, signature, manifest }: SplitParts): string {
  const kept = parts.filter(({ outcome }) => outcome === 'kept').length;
  return [
    `SPLIT  ${archive.name} (${formatSize(archive.size)}) into ${parts.length === 1 ? 'one part' : `${parts.length} parts`}${kept === 0 ? '' : `, ${kept} of them there already`}`,
    `  digest  ${archive.digest}`,
    ...parts.map(({ name, size }) => `  ${name}  ${formatSize(size)}`),
    `  ${header}  header: goes on the first medium`,
    ...(signature === undefined ? [] : [`  ${signature}  signature: goes with the header`]),
    `  ${manifest}  digests of chunks: names what is bad`,
    ...(deploysParts(archive.name)
      ? []
      : [
          'Note: deploying programs join parts of Zarf packages (.tar.zst) only; join these before',
        ]),
    `Next: cowa-release verify ${header} --key <public key of its producer>, on the other side with the folders of all media`,
  ].join('\n');
}

/** Only these are joined by the program that deploys them. */
function deploysParts(name: string): boolean {
  return /^zarf-.*\.tar\.zst$/.test(name);
}

/** What lies there now. */
export function renderJoin({
  archive,
  size,
  digest,
  parts,
  outcome,
  signature,
}: JoinedArchive): string {
  return [
    `${outcome === 'joined' ? 'JOINED' : 'UNCHANGED'}  ${archive} (${formatSize(size)}) of ${parts === 1 ? 'one part' : `${parts} parts`}${outcome === 'joined' ? '' : ': it was there already'}`,
    `  digest  ${digest}, as the header says`,
    ...(signature === undefined
      ? []
      : [`  signature  ${signature}: copy it beside the archive, or name it with --signature`]),
    `Next: cowa-release verify ${archive}${signature === undefined ? '' : ` --signature ${signature}`} --key <public key of its producer>`,
  ].join('\n');
}
