import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { digestOf } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import { remotePath } from '../zarf/remote-inputs.ts';
import { FetchedContents, withFetched } from './fetched-workspace.ts';

const run: Run = { signal: new AbortController().signal };
const [file, tree] = ['https://example.com/f', 'payload://p/w'];
const text = async (chunks: AsyncIterable<Uint8Array>): Promise<string> =>
  Buffer.concat(await Array.fromAsync(chunks)).toString();

function machine() {
  const blobs = new MemoryBlobStore();
  for (const each of ['one', 'two']) blobs.blobs.set(digestOf(each), Buffer.from(each));
  const contents = new FetchedContents();
  contents.add(file, { kind: 'file', digest: digestOf('one'), size: 3 });
  contents.add(tree, {
    kind: 'tree',
    blobs: [
      { path: 'a/b', mode: 0o755, digest: digestOf('two'), size: 3 },
      { path: 'c', mode: 0o644, digest: digestOf('one'), size: 3 },
    ],
    links: [{ path: 'a/l', target: 'b' }],
  });
  return { blobs, workspace: withFetched(new MemoryWorkspace({ own: 'mine' }), contents, blobs) };
}

describe('what was fetched', () => {
  it('lies beside the files of the user', async () => {
    const { workspace } = machine();
    expect(await text(workspace.open('own', run))).toBe('mine');
    expect(await text(workspace.open(remotePath(file), run))).toBe('one');
    expect(await workspace.list(remotePath(tree))).toEqual(['a', 'c']);
    expect(await workspace.list(`${remotePath(tree)}/a/`)).toEqual(['b', 'l']);
    expect(await workspace.stat(`${remotePath(tree)}/a/b`)).toMatchObject({
      kind: 'file',
      mode: 0o755,
      size: 3,
    });
    expect(await workspace.stat(`${remotePath(tree)}/a/l`)).toMatchObject({ linkTarget: 'b' });
    expect(await workspace.stat(`${remotePath(tree)}/a`)).toMatchObject({ kind: 'directory' });
  });

  it('is not there before it was fetched', async () => {
    const { workspace } = machine();
    const path = remotePath('https://example.com/other');
    expect(await workspace.stat(path)).toBeUndefined();
    await expect(workspace.read(path, 9)).rejects.toMatchObject({ code: 'WORKSPACE_MISSING' });
    await expect(workspace.list(path)).rejects.toMatchObject({ code: 'WORKSPACE_MISSING' });
    await expect(workspace.read(remotePath(tree), 9)).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_A_FILE',
    });
    await expect(workspace.read(remotePath(file), 2)).rejects.toMatchObject({
      code: 'WORKSPACE_LIMIT',
    });
  });

  it('is hashed again when it is read: a bit that flipped in the cache is found', async () => {
    const { blobs, workspace } = machine();
    blobs.blobs.set(digestOf('one'), Buffer.from('onf'));
    await expect(text(workspace.openLent(remotePath(file), run))).rejects.toMatchObject({
      code: 'OCI_DIGEST_MISMATCH',
    });
    expect(await blobs.find(digestOf('one'))).toBeUndefined();
  });
});
