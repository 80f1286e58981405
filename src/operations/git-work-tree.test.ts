import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import type { GitRepository } from '../ports/git-source.ts';
import { checkOut } from './git-work-tree.ts';

const oid = 'ab'.repeat(20);
const run = { signal: new AbortController().signal };

/** A repository whose commit names a tree that holds itself, without end. */
const endless: GitRepository = {
  commit: oid,
  references: [],
  list: async () => [],
  async *read([first = '']) {
    const isCommit = first === oid;
    const tree = Buffer.concat([Buffer.from('40000 a\0'), Buffer.from('cd'.repeat(20), 'hex')]);
    const bytes = isCommit ? Buffer.from(`tree ${'cd'.repeat(20)}\n`) : tree;
    const content = (async function* () {
      yield bytes;
    })();
    yield { oid: first, type: isCommit ? 'commit' : 'tree', size: bytes.length, content };
  },
};

describe('checkOut', () => {
  it('does not follow folders without end', async () => {
    await expect(checkOut(endless, new MemoryBlobStore(), run)).rejects.toMatchObject({
      code: 'GIT_LIMIT',
    });
  });
});
