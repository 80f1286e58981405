import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type TarEntry, tarStream } from '../../archive/tar-writer.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { type Digest, digestFromHex } from '../../oci/digest.ts';
import { verified } from '../../oci/verified.ts';
import type { BlobSource } from '../../ports/blob-store.ts';
import type { ImageBlob } from '../../ports/image-source.ts';
import type { Workspace, WorkspaceStat } from '../../ports/workspace.ts';
import type { Run } from '../../support/run.ts';
import { ComposeError } from './compose-error.ts';

/** A layer with the digest of its plain tar. */
export interface ComposedLayer extends ImageBlob {
  readonly diffId: Digest;
}

/** Files of one layer, as the definition lists them. */
export interface LayerFile {
  readonly source: string;
  readonly target: string;
  readonly mode?: string;
}

type LayerEntry = Omit<TarEntry, 'open'> & { readonly source?: string };

/**
 * A layer from files and folders: entries sorted by path, owner and time zero, folders 0755, files
 * 0755 or 0644 by their execute bit unless a mode is given. Nothing of the machine shows in it.
 * @throws ComposeError COMPOSE_INPUT_MISSING, COMPOSE_INPUT_UNFIT, COMPOSE_TARGET_INVALID, COMPOSE_TARGET_TWICE, COMPOSE_MODE_INVALID
 */
export async function fileLayer(
  files: readonly LayerFile[],
  image: string,
  workspace: Workspace,
  run: Run,
): Promise<ComposedLayer> {
  const entries = new Map<string, LayerEntry>();
  for (const file of files) await collect(file, image, workspace, entries);
  for (const name of [...entries.keys()]) addParents(name, image, entries);
  const sorted = [...entries.values()].sort((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  const stream = (reading: Run): AsyncIterable<Uint8Array> =>
    tarStream(
      sorted.map(({ source, ...entry }) =>
        source === undefined ? entry : { ...entry, open: () => workspace.open(source, reading) },
      ),
    );
  const blob = await measured(stream(run), run);
  return {
    ...blob,
    diffId: blob.digest,
    mediaType: mediaTypes.ociLayerTar,
    role: 'layer',
    open: (reading) => verified(stream(reading), blob),
  };
}

/** Reads content once for its digest and size. */
export async function measured(
  content: AsyncIterable<Uint8Array>,
  run: Run,
): Promise<Pick<BlobSource, 'digest' | 'size'>> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    run.signal.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: digestFromHex(hash.digest('hex')), size };
}

async function collect(
  file: LayerFile,
  image: string,
  workspace: Workspace,
  entries: Map<string, LayerEntry>,
): Promise<void> {
  const stat = await workspace.stat(file.source);
  if (stat === undefined) {
    throw new ComposeError('COMPOSE_INPUT_MISSING', `${image}: '${file.source}' does not exist`, {
      suggestions: ['Check the path: it is relative to the folder of cowa-release.yaml'],
    });
  }
  const mode = file.mode === undefined ? undefined : modeOf(file.mode, image);
  const target = targetOf(file, stat.kind, image);
  if (stat.kind === 'directory')
    return collectFolder(file.source, target, mode, image, workspace, entries);
  add(await entryOf(file.source, target, stat, mode, image), image, entries);
}

async function collectFolder(
  source: string,
  target: string,
  mode: number | undefined,
  image: string,
  workspace: Workspace,
  entries: Map<string, LayerEntry>,
): Promise<void> {
  if (target !== '') add({ type: 'directory', name: target, mode: 0o755, size: 0 }, image, entries);
  for (const name of await workspace.list(source)) {
    const path = posix.join(source, name);
    const inside = target === '' ? name : `${target}/${name}`;
    const stat = await workspace.stat(path);
    if (stat?.kind === 'directory')
      await collectFolder(path, inside, mode, image, workspace, entries);
    else if (stat !== undefined)
      add(await entryOf(path, inside, stat, mode, image), image, entries);
  }
}

async function entryOf(
  source: string,
  name: string,
  stat: WorkspaceStat,
  mode: number | undefined,
  image: string,
): Promise<LayerEntry> {
  if (stat.kind === 'symlink')
    return { type: 'symlink', name, mode: 0o777, size: 0, linkTarget: stat.linkTarget ?? '' };
  if (stat.kind !== 'file') {
    throw new ComposeError(
      'COMPOSE_INPUT_UNFIT',
      `${image}: '${source}' is neither a file, a folder nor a symbolic link`,
      {
        suggestions: ['Leave devices and sockets out: a container gets its own'],
      },
    );
  }
  return {
    type: 'file',
    name,
    mode: mode ?? ((stat.mode & 0o100) === 0 ? 0o644 : 0o755),
    size: stat.size,
    source,
  };
}

/** Path in the tar; '' is the root of the image. A target that ends in a slash takes a file under its own name. */
function targetOf(
  { source, target }: LayerFile,
  kind: WorkspaceStat['kind'],
  image: string,
): string {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || target.includes('\0') || !target.startsWith('/')) {
    throw new ComposeError(
      'COMPOSE_TARGET_INVALID',
      `${image}: target '${target}' is not an absolute path without '..'`,
      {
        suggestions: [`Write where the file lies in the image, e.g. /${posix.basename(source)}`],
      },
    );
  }
  return (
    parts.join('/') +
    (target.endsWith('/') && kind !== 'directory'
      ? `${parts.length > 0 ? '/' : ''}${posix.basename(source)}`
      : '')
  );
}

function modeOf(text: string, image: string): number {
  if (!/^[0-7]{3,4}$/.test(text)) {
    throw new ComposeError(
      'COMPOSE_MODE_INVALID',
      `${image}: mode '${text}' is not three or four octal digits`,
      {
        suggestions: ["Write it quoted, e.g. mode: '0755'"],
      },
    );
  }
  return Number.parseInt(text, 8);
}

function add(entry: LayerEntry, image: string, entries: Map<string, LayerEntry>): void {
  const known = entries.get(entry.name);
  if (known?.type === 'directory' && entry.type === 'directory') return;
  if (known !== undefined) throw twice(entry.name, image);
  entries.set(entry.name, entry);
}

function addParents(name: string, image: string, entries: Map<string, LayerEntry>): void {
  for (let cut = name.lastIndexOf('/'); cut > 0; cut = name.lastIndexOf('/', cut - 1)) {
    const parent = name.slice(0, cut);
    const known = entries.get(parent);
    if (known === undefined)
      entries.set(parent, { type: 'directory', name: parent, mode: 0o755, size: 0 });
    else if (known.type !== 'directory') throw twice(parent, image);
  }
}

function twice(name: string, image: string): ComposeError {
  return new ComposeError(
    'COMPOSE_TARGET_TWICE',
    `${image}: one layer puts two things at '/${name}'`,
    {
      suggestions: ['Give them different targets, or different layers: the later one wins'],
    },
  );
}
