import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { digestOf } from '../oci/digest.ts';
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
});
