import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { parseContextIgnore } from '../config/context-ignore.ts';
import { type Digest, digestFromHex, digestOf } from '../oci/digest.ts';
import { verified } from '../oci/verified.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { ContextEntry } from '../ports/image-builder.ts';
import type { Workspace } from '../ports/workspace.ts';
import { counted } from '../support/counted.ts';
import { formatSize } from '../support/format-size.ts';
import type { Run } from '../support/run.ts';
import { BuildError, RecipeError } from './build-error.ts';

/** The files a build may read, as they were when they were hashed. */
export interface BuildContext {
  /** Sorted by path; a folder before what is in it. */
  readonly entries: readonly ContextEntry[];
  /** Over names, kinds, execute bits and contents. */
  readonly digest: Digest;
  /** Bytes of all files. */
  readonly size: number;
}

const maxIgnoreBytes = 2 ** 20;
/** From here on reading takes as long as people notice: a step of its own tells of it. */
const largeBytes = 64 * 2 ** 20;
/** Told of at once. */
const progressBytes = 16 * 2 ** 20;
const ignoreFiles = ['.containerignore', '.dockerignore'];

/**
 * Walks a build context without what its ignore file leaves out. Each file is read once, for its digest.
 * @param containerfile path of the Containerfile, whose own ignore file goes first
 * @throws BuildError BUILD_CONTEXT_MISSING, BUILD_CONTEXT_UNFIT, BUILD_CONTEXT_LINK
 */
export async function readBuildContext(
  { name, folder, containerfile }: { name: string; folder: string; containerfile: string },
  workspace: Workspace,
  run: Run,
): Promise<BuildContext> {
  if ((await workspace.stat(folder))?.kind !== 'directory')
    throw new BuildError('BUILD_CONTEXT_MISSING', `${name}: its context ${folder} is no folder`, {
      suggestions: ['Correct context of the image: it is relative to cowa-release.yaml'],
    });
  const ignored = parseContextIgnore(await ignoreText(folder, containerfile, workspace));
  const entries: (ContextEntry | UnreadFile)[] = [];
  const faults: BuildError[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const child of await workspace.list(posix.join(folder, below))) {
      run.signal.throwIfAborted();
      const path = below === '' ? child : `${below}/${child}`;
      const stat = await workspace.stat(posix.join(folder, path));
      if (stat === undefined) continue;
      if (stat.kind === 'directory') {
        const at = entries.length;
        await walk(path);
        // A pattern may take back a file in a folder that is left out.
        if (!ignored(path) || entries.length > at)
          entries.splice(at, 0, { kind: 'directory', path });
        continue;
      }
      if (ignored(path)) continue;
      if (stat.kind === 'symlink') {
        const linkTarget = stat.linkTarget ?? '';
        faults.push(...linkFaults(name, path, linkTarget));
        entries.push({ kind: 'symlink', path, linkTarget });
      } else if (stat.kind === 'file') {
        const executable = (stat.mode & 0o100) !== 0;
        entries.push({ kind: 'unread', path, executable, size: stat.size });
      } else faults.push(unfit(name, path));
    }
  };
  await walk('');
  if (faults.length > 0) throw new RecipeError(faults);
  const told = await hashedEntries(entries, { name, folder }, workspace, run);
  return {
    entries: told,
    digest: digestOf(JSON.stringify(told.map(described))),
    size: told.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.content.size : 0), 0),
  };
}

/** A file of the context that was seen, and has to be read yet. */
interface UnreadFile {
  readonly kind: 'unread';
  readonly path: string;
  readonly executable: boolean;
  /** Bytes it had when it was seen. */
  readonly size: number;
}

/** Reads the files, once how much there is to read is known: a large context says so before, and how far it is. */
async function hashedEntries(
  entries: readonly (ContextEntry | UnreadFile)[],
  { name, folder }: { readonly name: string; readonly folder: string },
  workspace: Workspace,
  run: Run,
): Promise<readonly ContextEntry[]> {
  const unread = entries.filter((entry) => entry.kind === 'unread');
  const totalBytes = unread.reduce((sum, { size }) => sum + size, 0);
  const step = `context ${name}`;
  const tell = totalBytes < largeBytes ? undefined : run.onProgress;
  const title = `Read the context of ${name}: ${counted(unread.length, 'file')}, ${formatSize(totalBytes)}`;
  tell?.({ kind: 'step-started', step, title, totalBytes, aside: true });
  let bytes = 0;
  let toldBytes = 0;
  const onBytes = (count: number): void => {
    bytes += count;
    if (bytes - toldBytes < progressBytes) return;
    toldBytes = bytes;
    tell?.({ kind: 'step-progress', step, bytes, totalBytes });
  };
  try {
    const hashed: ContextEntry[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'unread') hashed.push(entry);
      else {
        const { path, executable } = entry;
        const content = await hashedFile(posix.join(folder, path), workspace, run, onBytes);
        hashed.push({ kind: 'file', path, executable, content });
      }
    }
    tell?.({ kind: 'step-finished', step, outcome: 'done' });
    return hashed;
  } catch (error) {
    tell?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
}

function described(entry: ContextEntry): readonly unknown[] {
  if (entry.kind === 'directory') return ['d', entry.path];
  if (entry.kind === 'symlink') return ['l', entry.path, entry.linkTarget];
  return ['f', entry.path, entry.executable, entry.content.digest];
}

async function ignoreText(
  folder: string,
  containerfile: string,
  workspace: Workspace,
): Promise<string> {
  const places = [
    `${containerfile}.containerignore`,
    `${containerfile}.dockerignore`,
    ...ignoreFiles.map((each) => posix.join(folder, each)),
  ];
  for (const place of places)
    if ((await workspace.stat(place))?.kind === 'file')
      return Buffer.from(await workspace.read(place, maxIgnoreBytes)).toString('utf8');
  return '';
}

async function hashedFile(
  path: string,
  workspace: Workspace,
  run: Run,
  onBytes: (count: number) => void,
): Promise<BlobSource> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of workspace.openLent(path, run)) {
    hash.update(chunk);
    size += chunk.length;
    onBytes(chunk.length);
  }
  const known = { digest: digestFromHex(hash.digest('hex')), size };
  return { ...known, open: (reading) => verified(workspace.open(path, reading), known) };
}

/** Engines differ in what they do with a link that leads out, so no context has one. */
function linkFaults(name: string, path: string, target: string): readonly BuildError[] {
  const place = posix.join(posix.dirname(path), target);
  if (!target.startsWith('/') && place !== '..' && !place.startsWith('../')) return [];
  const fault = new BuildError(
    'BUILD_CONTEXT_LINK',
    `${name}: ${path} in its context is a link to ${target}, outside of it`,
    {
      suggestions: [
        'Put the file itself into the context, or leave the link out with .containerignore',
      ],
    },
  );
  return [fault];
}

function unfit(name: string, path: string): BuildError {
  return new BuildError(
    'BUILD_CONTEXT_UNFIT',
    `${name}: ${path} in its context is neither a file, a folder nor a link`,
    { suggestions: ['Leave sockets, pipes and devices out with .containerignore'] },
  );
}
