import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { SourceRevision } from '../../ports/source-revision.ts';

const commitForm = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const maxLinks = 8;

/**
 * The commit a folder lies in, read from the files of its repository: nothing is run. Undefined where it lies in no
 * work tree, or in one without a commit that could be read.
 * @see gitrepository-layout(5)
 */
export async function sourceRevision(folder: string): Promise<SourceRevision | undefined> {
  const at = await realpath(resolve(folder));
  const found = await repositoryOf(at);
  if (found === undefined) return undefined;
  const { workTree, gitDir } = found;
  const commonDir = resolve(gitDir, (await textIn(join(gitDir, 'commondir')))?.trim() ?? '.');
  const commit = await resolveHead(gitDir, commonDir);
  if (commit === undefined) return undefined;
  const repository = await originOf(commonDir);
  return {
    commit,
    ...(repository === undefined ? {} : { repository }),
    folder: relative(workTree, at).split(sep).join(posix.sep),
    dirty: undefined,
  };
}

async function repositoryOf(
  folder: string,
): Promise<{ readonly workTree: string; readonly gitDir: string } | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, '.git');
    const kind = await stat(path).catch(() => undefined);
    if (kind?.isDirectory() === true) return { workTree: at, gitDir: path };
    // Of a linked work tree or a submodule, the file says where the rest lies.
    const [, elsewhere] = /^gitdir: (.+)$/m.exec((kind && (await textIn(path))) ?? '') ?? [];
    if (elsewhere !== undefined) return { workTree: at, gitDir: resolve(at, elsewhere.trim()) };
    if (at === dirname(at)) return undefined;
  }
}

async function resolveHead(gitDir: string, commonDir: string): Promise<string | undefined> {
  let text = (await textIn(join(gitDir, 'HEAD')))?.trim();
  for (let hop = 0; hop < maxLinks && text !== undefined; hop += 1) {
    if (commitForm.test(text)) return text;
    const [, name] = /^ref: (refs\/[^\s\\]+)$/.exec(text) ?? [];
    if (name === undefined || name.split('/').includes('..')) return undefined;
    text =
      (await textIn(join(gitDir, name)))?.trim() ??
      (await textIn(join(commonDir, name)))?.trim() ??
      packedReference(await textIn(join(commonDir, 'packed-refs')), name);
  }
  return undefined;
}

function packedReference(text: string | undefined, name: string): string | undefined {
  const line = text?.split('\n').find((each) => each.endsWith(` ${name}`));
  return line?.slice(0, line.indexOf(' '));
}

/** Where `origin` is fetched from, without user and password; a folder of this machine is nobody's address. */
async function originOf(commonDir: string): Promise<string | undefined> {
  const lines = ((await textIn(join(commonDir, 'config'))) ?? '').split('\n');
  const begin = lines.findIndex((line) => /^\s*\[remote "origin"\]/.test(line));
  if (begin < 0) return undefined;
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => /^\s*\[/.test(line));
  const section = end < 0 ? rest : rest.slice(0, end);
  const url = section
    .map((line) => /^\s*url\s*=\s*(\S+)\s*$/.exec(line)?.[1])
    .find((each) => each !== undefined);
  return url === undefined ? undefined : withoutUser(url);
}

function withoutUser(url: string): string | undefined {
  const [, host, path] = /^(?:[^/@\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)([^\s]+)$/.exec(url) ?? [];
  // git's short form of ssh; a single letter is a drive.
  if (host !== undefined && path !== undefined && host.length > 1)
    return `ssh://${host}/${path.replace(/^\/+/, '')}`;
  if (!URL.canParse(url)) return undefined;
  const { protocol, host: place, pathname } = new URL(url);
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(protocol)) return undefined;
  return `${protocol}//${place}${pathname}`;
}

async function textIn(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
