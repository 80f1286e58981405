import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { digestOf } from '../oci/digest.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { ComponentEntry } from '../zarf/component-tar.ts';
import { componentContent } from './component-content.ts';
import { recordReads } from './record-reads.ts';

const run = { signal: new AbortController().signal };
const large = 17 * 2 ** 20;

function recordStore() {
  const kept = new Map<string, string>();
  return {
    kept,
    find: async (key: string) => kept.get(key),
    keep: async (key: string, value: string) => void kept.set(key, value),
  };
}

/** Files of which stamps are told, and how often each was opened. */
function stamped(files: Readonly<Record<string, Uint8Array>>, stampOf: () => string | undefined) {
  const below = new MemoryWorkspace(files);
  const opened: string[] = [];
  const workspace: Workspace = {
    root: below.root,
    async stat(path) {
      const found = await below.stat(path);
      const stamp = stampOf();
      return found === undefined || stamp === undefined ? found : { ...found, stamp };
    },
    list: (path) => below.list(path),
    read: (path, most) => below.read(path, most),
    open: (path) => below.open(path),
    openLent(path) {
      opened.push(path);
      return below.openLent(path);
    },
  };
  return { workspace, opened };
}

describe('componentContent', () => {
  const weights = new Uint8Array(large).fill(3);
  const blobs = new MemoryBlobStore();

  async function made(stamp: string | undefined, records: RecordStore, mode = 0o644) {
    const { workspace, opened } = stamped({ weights }, () => stamp);
    const recorded = recordReads(workspace);
    const entry: ComponentEntry = {
      path: 'files/0/weights',
      type: 'file',
      mode,
      size: large,
      open: (within) => recorded.workspace.openLent('weights', within),
      origin: { path: 'weights', stamp },
    };
    const content = await componentContent(
      'c',
      [entry],
      true,
      { blobs, records, reads: recorded.reads },
      run,
    );
    return { content, opened, reads: recorded.reads };
  }

  it('is read once for its digest, and not again while its files show no change', async () => {
    const records = recordStore();
    const first = await made('1', records);
    expect(first.opened).toEqual(['weights']);
    const second = await made('1', records);
    expect(second.opened).toEqual([]);
    expect(second.content.digest).toBe(first.content.digest);
    const bytes = Buffer.concat(await Array.fromAsync(second.content.open(run)));
    expect(digestOf(bytes)).toBe(first.content.digest);
    for (const { reads } of [first, second])
      expect(reads.digestOf('weights')).toBe(digestOf(weights));
  });

  it.each([
    ['another stamp', '2', 0o644],
    ['another mode', '1', 0o755],
    ['no stamp', undefined, 0o644],
  ])('is read again with %s', async (_what, stamp, mode) => {
    const records = recordStore();
    await made('1', records);
    expect((await made(stamp, records, mode)).opened).toEqual(['weights']);
  });

  it('is read again where the record is damaged, or what it says is not so', async () => {
    const records = recordStore();
    const { content } = await made('1', records);
    const [key = ''] = records.kept.keys();
    const record = records.kept.get(key) ?? '';
    for (const damaged of ['', '{', '{"digest":"x"}', '{"digest":7,"files":[]}']) {
      await records.keep(key, damaged);
      expect((await made('1', records)).opened).toEqual(['weights']);
    }
    await records.keep(key, record.replaceAll(content.digest, digestOf(Buffer.from('x'))));
    const lied = await made('1', records);
    expect(lied.opened).toEqual([]);
    await expect(Array.fromAsync(lied.content.open(run))).rejects.toMatchObject({
      code: 'PACK_INPUT_CHANGED',
    });
    expect((await made('1', records)).content.digest).toBe(content.digest);
  });
});
