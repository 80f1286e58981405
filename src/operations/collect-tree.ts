import { posix } from 'node:path';
import type { Workspace, WorkspaceStat } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { type ComponentEntry, settledMode } from '../zarf/component-tar.ts';
import { PackError } from '../zarf/pack-error.ts';

/** Where a tree goes and what becomes of it. */
export interface CollectOptions {
  /** Path of the top entry inside the component. */
  readonly as: string;
  /** Mode of the top entry; without it the mode below applies. */
  readonly topMode?: (stat: WorkspaceStat) => number;
  /** Judges paths below the top: true leaves one out, a folder with all that is in it. */
  readonly ignore?: (path: string, isDirectory: boolean) => boolean;
  /** Contents are handed on chunk by chunk, each done with before the next: their memory is used again. */
  readonly lent?: boolean;
  /** Where links may not stand, as in charts. */
  readonly refuseLinks?: boolean;
}

const maxLinkHops = 16;

/**
 * Lists a file or folder of the user as entries of a component. A link named by a definition is
 * followed; one inside a folder stays a link, and must not lead out of the folder.
 * @throws PackError PACK_INPUT_MISSING, PACK_INPUT_KIND
 */
export async function collectTree(
  path: string,
  options: CollectOptions,
  workspace: Workspace,
  run: Run,
): Promise<readonly ComponentEntry[]> {
  const { path: real, stat } = await followLinks(path, workspace);
  const mode = options.topMode?.(stat);
  if (stat.kind === 'file')
    return [
      fileEntry(real, options.as, mode ?? settledMode(stat.mode), stat, workspace, options.lent),
    ];
  if (stat.kind !== 'directory')
    throw new PackError('PACK_INPUT_KIND', `${path} is neither a file nor a folder`);
  const top: ComponentEntry = { path: options.as, type: 'directory', mode: mode ?? 0o755, size: 0 };
  return [top, ...(await below(real, '', options, workspace, run))];
}

/** The file or folder behind a path that may be a link. @throws PackError PACK_INPUT_MISSING, PACK_INPUT_KIND */
export async function followLinks(
  path: string,
  workspace: Workspace,
): Promise<{ readonly path: string; readonly stat: WorkspaceStat }> {
  let current = path;
  for (let hop = 0; hop <= maxLinkHops; hop++) {
    const stat = await workspace.stat(current);
    if (stat === undefined)
      throw new PackError(
        'PACK_INPUT_MISSING',
        `${path} does not exist${current === path ? '' : `: it leads to ${current}`}`,
      );
    if (stat.kind !== 'symlink') return { path: current, stat };
    const target = stat.linkTarget ?? '';
    current = target.startsWith('/')
      ? target
      : posix.join(posix.dirname(current.replace(/\/+$/, '')), target);
  }
  throw new PackError(
    'PACK_INPUT_KIND',
    `${path} is a link that leads through more than ${maxLinkHops} others`,
  );
}

async function below(
  root: string,
  at: string,
  options: CollectOptions,
  workspace: Workspace,
  run: Run,
): Promise<ComponentEntry[]> {
  run.signal.throwIfAborted();
  const entries: ComponentEntry[] = [];
  for (const name of await workspace.list(posix.join(root, at))) {
    const path = posix.join(at, name);
    const source = posix.join(root, path);
    const stat = await workspace.stat(source);
    if (stat === undefined)
      throw new PackError('PACK_INPUT_MISSING', `${source} vanished while it was packed`);
    if (options.ignore?.(path, stat.kind === 'directory') === true) continue;
    const as = `${options.as}/${path}`;
    if (stat.kind === 'file')
      entries.push(fileEntry(source, as, settledMode(stat.mode), stat, workspace, options.lent));
    else if (stat.kind === 'directory') {
      entries.push(
        { path: as, type: 'directory', mode: 0o755, size: 0 },
        ...(await below(root, path, options, workspace, run)),
      );
    } else if (stat.kind === 'symlink' && options.refuseLinks !== true)
      entries.push(linkEntry(source, path, as, stat.linkTarget ?? ''));
    else {
      throw new PackError(
        'PACK_INPUT_KIND',
        `${source} is ${stat.kind === 'symlink' ? 'a symbolic link, which is not packed here' : 'no file, folder or link'}`,
        {
          suggestions: ['Put the file itself there, or leave it out'],
        },
      );
    }
  }
  return entries;
}

function linkEntry(source: string, path: string, as: string, target: string): ComponentEntry {
  if (target.startsWith('/') || posix.join(posix.dirname(path), target).startsWith('..')) {
    throw new PackError(
      'PACK_INPUT_KIND',
      `the link ${source} leads to ${target}, out of the folder that is packed`,
      {
        suggestions: ['Zarf refuses such links when it unpacks: put the file itself there'],
      },
    );
  }
  return { path: as, type: 'symlink', mode: 0o777, size: 0, linkTarget: target };
}

function fileEntry(
  source: string,
  as: string,
  mode: number,
  { size, stamp }: WorkspaceStat,
  workspace: Workspace,
  lent = false,
): ComponentEntry {
  const open = (run: Run) => (lent ? workspace.openLent(source, run) : workspace.open(source, run));
  return { path: as, type: 'file', mode, size, open, origin: { path: source, stamp } };
}
