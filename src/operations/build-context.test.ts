import { expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { ProgressEvent } from '../support/run.ts';
import { readBuildContext } from './build-context.ts';

const place = { name: 'ex.com/a:1', folder: 'a', containerfile: 'a/Containerfile' };
const { signal } = new AbortController();

/** What is told of a context, in the order of what happens. */
async function toldOf(size: number): Promise<readonly (ProgressEvent | string)[]> {
  const below = new MemoryWorkspace({ 'a/Containerfile': 'FROM scratch', 'a/f': 'x' });
  const told: (ProgressEvent | string)[] = [];
  const workspace: Workspace = {
    root: below.root,
    list: (path) => below.list(path),
    read: (path, maxBytes) => below.read(path, maxBytes),
    open: (path) => below.open(path),
    async *openLent(path) {
      told.push(`read ${path}`);
      if (path === 'a/f') for (let at = 0; at < size; at += 2 ** 20) yield Buffer.alloc(2 ** 20);
    },
    stat: async (path) => {
      const stat = await below.stat(path);
      return stat === undefined || path !== 'a/f' ? stat : { ...stat, size };
    },
  };
  await readBuildContext(place, workspace, { signal, onProgress: (event) => told.push(event) });
  return told;
}

it('the size of a large context is told before it is read, and while it is how far', async () => {
  const totalBytes = 64 * 2 ** 20 + 12;
  const step = 'context ex.com/a:1';
  expect(await toldOf(64 * 2 ** 20)).toEqual([
    {
      kind: 'step-started',
      step,
      title: 'Read the context of ex.com/a:1: 2 files, 64.0 MiB',
      totalBytes,
      aside: true,
    },
    'read a/Containerfile',
    'read a/f',
    ...[16, 32, 48, 64].map((mebibytes) => ({
      kind: 'step-progress',
      step,
      bytes: mebibytes * 2 ** 20,
      totalBytes,
    })),
    { kind: 'step-finished', step, outcome: 'done' },
  ]);
});

it('a small context is nothing to speak of', async () => {
  expect(await toldOf(2 ** 20)).toEqual(['read a/Containerfile', 'read a/f']);
});
