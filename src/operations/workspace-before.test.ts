import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { workspaceBefore } from './workspace-before.ts';

const now = new MemoryWorkspace({ 'a/same': '1', 'a/changed': '22', 'a/added': '3', 'new/x': '4' });
const before = workspaceBefore(
  now,
  new Map<string, Uint8Array | undefined>([
    ['a/changed', Buffer.from('before')],
    ['a/added', undefined],
    ['new/x', undefined],
    ['gone/deep/y', Buffer.from('5')],
  ]),
);
const run = { signal: new AbortController().signal };

describe('workspaceBefore', () => {
  it('has the contents and names of before', async () => {
    const text = async (path: string) => Buffer.from(await before.read(path, 9)).toString();
    expect(await text('a/same')).toBe('1');
    expect(await text('./a/changed')).toBe('before');
    expect(await text('gone/deep/y')).toBe('5');
    expect(await before.list('a')).toEqual(['changed', 'same']);
    expect(await before.list('a/')).toEqual(['changed', 'same']);
    expect(await before.list('gone')).toEqual(['deep']);
    expect(await before.list('new')).toEqual([]);
    expect(await before.list('.')).toContain('gone');
  });

  it('knows what was a file, what a folder, and what was not there', async () => {
    expect(await before.stat('a/changed')).toMatchObject({ kind: 'file', size: 6 });
    expect(await before.stat('a/same')).toMatchObject({ kind: 'file', size: 1 });
    expect(await before.stat('gone/deep')).toMatchObject({ kind: 'directory' });
    expect(await before.stat('a/added')).toBeUndefined();
    expect(await before.stat('none')).toBeUndefined();
    await expect(before.read('a/added', 9)).rejects.toMatchObject({ code: 'WORKSPACE_MISSING' });
  });

  it('keeps to the limit of a read, and streams alike', async () => {
    await expect(before.read('a/changed', 5)).rejects.toMatchObject({ code: 'WORKSPACE_LIMIT' });
    const parts: string[] = [];
    for await (const part of before.open('a/changed', run))
      parts.push(Buffer.from(part).toString());
    for await (const part of before.openLent('a/same', run))
      parts.push(Buffer.from(part).toString());
    expect(parts.join()).toBe('before,1');
  });
});
