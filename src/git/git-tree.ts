import { GitContentError } from './git-error.ts';

/** One entry of a Git tree. */
export interface GitTreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'program' | 'link' | 'folder' | 'submodule';
  /** Lower-case hex. */
  readonly oid: string;
}

const kinds: Readonly<Record<string, GitTreeEntry['kind']>> = {
  '40000': 'folder',
  '040000': 'folder',
  '100644': 'file',
  '100664': 'file',
  '100755': 'program',
  '120000': 'link',
  '160000': 'submodule',
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Entries of a tree, in its order.
 * @throws GitContentError GIT_OBJECT, GIT_NAME
 * @see gitformat-pack(5), gitcore-tutorial(7)
 */
export function parseTree(oid: string, bytes: Uint8Array): readonly GitTreeEntry[] {
  const tree = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: GitTreeEntry[] = [];
  const names = new Set<string>();
  for (let at = 0; at < tree.length; ) {
    const space = tree.indexOf(0x20, at);
    const end = space < 0 ? -1 : tree.indexOf(0, space);
    const kind = space < 0 ? undefined : kinds[tree.toString('latin1', at, space)];
    if (kind === undefined || end < 0 || end + 21 > tree.length)
      throw new GitContentError('GIT_OBJECT', `the tree ${oid} cannot be read at byte ${at}`);
    const name = nameOf(oid, tree.subarray(space + 1, end));
    if (names.has(name))
      throw new GitContentError('GIT_NAME', `the tree ${oid} holds ${JSON.stringify(name)} twice`);
    names.add(name);
    entries.push({ name, kind, oid: tree.toString('hex', end + 1, end + 21) });
    at = end + 21;
  }
  return entries;
}

/** Refuses what a file system could take for `.git`, or for a way out. */
function nameOf(oid: string, bytes: Uint8Array): string {
  const refuse = (what: string): GitContentError =>
    new GitContentError('GIT_NAME', `the tree ${oid} holds ${what}`, {
      suggestions: ['Ask whoever keeps the repository: git itself checks no such name out'],
    });
  let name: string;
  try {
    name = decoder.decode(bytes);
  } catch {
    throw refuse(
      `a name that is no UTF-8: ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`,
    );
  }
  // Apple's file system leaves out what cannot be seen, Windows what stands at the end.
  const seen = name
    .normalize('NFKC')
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
  if (seen === '' || /^(?:\.git|git~\d+)(?::.*)?$/.test(seen) || /[/\\\0]/.test(name))
    throw refuse(`the name ${JSON.stringify(name)}`);
  return name;
}
