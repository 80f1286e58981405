import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { digestOf } from '../oci/digest.ts';
import type { Workspace } from '../ports/workspace.ts';
import { recordReads } from './record-reads.ts';

const run = { signal: new AbortController().signal };
const digest = (text: string) => digestOf(Buffer.from(text));
const opened = () =>
  recordReads(new MemoryWorkspace({ 'a/b': 'one', 'a/c/d': 'two', e: 'three', 'ab/x': 'four' }));

describe('recordReads', () => {
  it.each(['read', 'open', 'openLent'] as const)('knows what went through %s', async (how) => {
    const { workspace, reads } = opened();
    expect(reads.digestOf('a/b')).toBeUndefined();
    const bytes =
      how === 'read'
        ? await workspace.read('./a//b', 10)
        : Buffer.concat(await Array.fromAsync(workspace[how]('./a//b', run)));
    expect(Buffer.from(bytes).toString()).toBe('one');
    expect(reads.digestOf('a/b')).toBe(digest('one'));
  });

  it('says nothing of a file that was not read to its end', async () => {
    const { workspace, reads } = opened();
    for await (const _ of workspace.open('e', run)) break;
    expect(reads.digestOf('e')).toBeUndefined();
  });

  it('lists what was read below a folder, and not beside it', async () => {
    const { workspace, reads } = opened();
    for (const path of ['a/c/d', 'a/b', 'ab/x', 'e']) await workspace.read(path, 10);
    expect(reads.filesAt('a/')).toEqual(['a/b', 'a/c/d']);
    expect(reads.filesAt('e')).toEqual(['e']);
    expect(reads.filesAt('.')).toEqual(['a/b', 'a/c/d', 'ab/x', 'e']);
  });

  it('hashes nothing that somebody else hashes', async () => {
    const { workspace, reads } = opened();
    reads.leaveOut(['a/c']);
    for (const path of ['a/c/d', 'a/b']) await Array.fromAsync(workspace.open(path, run));
    await workspace.read('a/c/d', 10);
    expect([reads.digestOf('a/c/d'), reads.digestOf('a/b')]).toEqual([undefined, digest('one')]);
  });

  describe('of files that tell of changes', () => {
    /** Tells how often bytes were hashed. */
    const counting = (stamps: readonly (string | undefined)[]) => {
      const below = new MemoryWorkspace({ a: 'x'.repeat(300_000), l: { link: 'a' } });
      let asked = 0;
      let hashed = 0;
      const workspace: Workspace = {
        root: below.root,
        list: (path) => below.list(path),
        read: (path, most) => below.read(path, most),
        open: (path) => below.open(path),
        openLent: (path) => below.openLent(path),
        async stat(path) {
          const found = await below.stat(path);
          const stamp = stamps[asked++];
          return found === undefined || stamp === undefined ? found : { ...found, stamp };
        },
      };
      const compute = inProcessCompute();
      const recorded = recordReads(workspace, {
        ...compute,
        hash: () => {
          hashed++;
          return compute.hash();
        },
      });
      const readTwice = async () => {
        for (let round = 0; round < 2; round++)
          await Array.fromAsync(recorded.workspace.openLent('a', run));
        return hashed;
      };
      return { readTwice, reads: recorded.reads };
    };

    it('hashes a file again only where it may have changed', async () => {
      const same = counting(['1', '1', '1']);
      expect(await same.readTwice()).toBe(1);
      expect(same.reads.digestOf('a')).toBe(digest('x'.repeat(300_000)));
      expect(await counting(['1', '1', '2', '2']).readTwice()).toBe(2);
      expect(await counting([undefined, undefined, undefined]).readTwice()).toBe(2);
      expect(await counting(['1', '2', '1', '1']).readTwice()).toBe(2);
    });

    it('takes what another run found', async () => {
      const { readTwice, reads } = counting(['1', '1']);
      reads.note('./a', digest('noted'), '1');
      expect(await readTwice()).toBe(0);
      expect(reads.digestOf('a')).toBe(digest('noted'));
    });
  });
});
