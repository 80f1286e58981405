import { crc32 } from 'node:zlib';

/** What a definition asks of a Git repository. */
export interface GitAddress {
  /** Without the revision. */
  readonly url: string;
  readonly wanted: GitRevision;
  /** Folder inside a component, as Zarf looks for it: name and CRC-32 of the address. */
  readonly folder: string;
}

/** Zarf takes a name for a tag, unless it is written in full as a branch. `all`: every branch and tag. */
export type GitRevision =
  | { readonly kind: 'tag' | 'branch' | 'commit'; readonly name: string }
  | { readonly kind: 'all' };

const address =
  /^(?<url>(?<scheme>[a-z]+:\/\/)(?<place>[^@?#\s]+?)\/(?<repository>[\w.-]+?)(?:\.git)?)\/?(?<at>@\+?(?<revision>[/+\w.-]+))?$/;

/** Git would not store such names, or would take them for something else. @see git-check-ref-format(1) */
const oddName = /^[-./]|\.\.|\/\/|\/\.|\.lock(?:\/|$)|[/.]$|\+/;

/**
 * Takes the address of a repository apart as Zarf does.
 * @returns undefined for what is no such address, or has a revision that Git would not have
 * @see shared reference of the Zarf package format, 2.4
 */
export function parseGitAddress(text: string): GitAddress | undefined {
  const { url, repository, at = '', revision } = address.exec(text)?.groups ?? {};
  if (url === undefined || repository === undefined || !URL.canParse(url)) return undefined;
  if (/^\.+$/.test(repository) || repository.startsWith('-')) return undefined;
  const wanted = revision === undefined ? ({ kind: 'all' } as const) : revisionOf(revision);
  if (wanted === undefined) return undefined;
  return { url, wanted, folder: `${repository}-${crc32(`${url}${at}`)}` };
}

function revisionOf(text: string): GitRevision | undefined {
  if (/^[0-9a-f]{40}$/.test(text)) return { kind: 'commit', name: text };
  const [, kind, rest] = /^refs\/(heads|tags)\/(.+)$/.exec(text) ?? [];
  const name = rest ?? text;
  if (oddName.test(name) || (kind === undefined && text.startsWith('refs/'))) return undefined;
  return { kind: kind === 'heads' ? 'branch' : 'tag', name };
}
