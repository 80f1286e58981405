import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { tarStream } from '../archive/tar-writer.ts';
import { heldContent } from '../ports/blob-store.ts';
import { extractFile } from './extract-file.ts';

const run = { signal: new AbortController().signal };
const tool = Buffer.from('#!/bin/sh\n'.repeat(500));

async function taken(archive: Uint8Array, name = 'bin/tool'): Promise<string> {
  const blobs = new MemoryBlobStore();
  const workspace = new MemoryWorkspace({ 'a.bin': archive });
  const { digest } = await extractFile('a.bin', 'a.bin', name, { workspace, blobs }, run);
  return Buffer.from(blobs.blobs.get(digest) ?? []).toString();
}

type Part = { name: string; bytes?: Uint8Array; link?: string };

function tar(...parts: readonly Part[]): Promise<Buffer> {
  const entries = parts.map(({ name, bytes = tool, link }) =>
    link === undefined
      ? {
          ...{ name, type: 'file' as const, mode: 0o755, size: bytes.length },
          open: () => heldContent(bytes).open(run),
        }
      : { name, type: 'symlink' as const, mode: 0o777, size: 0, linkTarget: link },
  );
  return Array.fromAsync(tarStream(entries)).then((chunks) => Buffer.concat(chunks));
}

interface Told {
  name?: string;
  local?: string;
  size?: number;
  crc?: number;
  method?: number;
  flags?: number;
  attributes?: number;
  comment?: string;
}

/** A zip of one file, with what is told of it changed; twice where that is asked. */
function zip(told: Told = {}, times = 1): Buffer {
  const { name = 'bin/tool', size = tool.length, crc = crc32(tool), method = 8, flags = 0 } = told;
  const packed = method === 8 ? deflateRawSync(tool) : tool;
  const about = Buffer.alloc(20);
  about.writeUInt16LE(flags, 0);
  about.writeUInt16LE(method, 2);
  about.writeUInt32LE(crc, 8);
  about.writeUInt32LE(packed.length, 12);
  about.writeUInt32LE(size, 16);
  const lengths = Buffer.alloc(4);
  const local = told.local ?? name;
  lengths.writeUInt16LE(local.length, 0);
  const head = Buffer.concat([
    Buffer.from('PK\x03\x04\x14\0', 'latin1'),
    about,
    lengths,
    Buffer.from(local),
    packed,
  ]);
  const rest = Buffer.alloc(18);
  rest.writeUInt16LE(name.length, 0);
  rest.writeUInt16LE(told.attributes ?? 0o100755, 12);
  const entry = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x03\x14\0', 'latin1'),
    about,
    rest,
    Buffer.from(name),
  ]);
  const directory = Buffer.concat(Array.from({ length: times }, () => entry));
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(times, 8);
  end.writeUInt16LE(times, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(head.length, 16);
  end.writeUInt16LE(told.comment?.length ?? 0, 20);
  return Buffer.concat([head, directory, end, Buffer.from(told.comment ?? '')]);
}

describe('extractFile', () => {
  it('takes a file out of every kind of archive', async () => {
    const plain = await tar({ name: 'a' }, { name: 'bin/tool', bytes: Buffer.from('x') });
    for (const archive of [plain, gzipSync(plain), zstdCompressSync(plain)])
      expect(await taken(archive)).toBe('x');
    for (const archive of [zip(), zip({ method: 0 }), zip({ comment: 'PK\x05\x06 odd' })])
      expect(await taken(archive)).toBe(tool.toString());
  });

  it.each<[string, string, () => Uint8Array | Promise<Uint8Array>]>([
    ['a tar without it', 'PACK_INPUT_MISSING', () => tar({ name: 'a' })],
    ['a tar with it twice', 'PACK_ARCHIVE', () => tar({ name: 'bin/tool' }, { name: 'bin/tool' })],
    [
      'a tar with a link of that name',
      'PACK_ARCHIVE',
      () => tar({ name: 'bin/tool', link: '/etc/passwd' }),
    ],
    [
      'a tar that is cut',
      'PACK_ARCHIVE',
      async () => (await tar({ name: 'bin/tool' })).subarray(0, 2000),
    ],
    [
      'a bomb',
      'PACK_ARCHIVE',
      async () => gzipSync(await tar({ name: 'bin/tool', bytes: Buffer.alloc(2 ** 27) })),
    ],
    ['no archive', 'PACK_ARCHIVE', () => Buffer.from('nothing of that kind')],
    ['bzip2', 'PACK_ARCHIVE', () => Buffer.from('BZh91AY&SY and more')],
    ['a zip without it', 'PACK_INPUT_MISSING', () => zip({ name: 'b' })],
    ['a zip with it twice', 'PACK_ARCHIVE', () => zip({}, 2)],
    ['a zip with a link of that name', 'PACK_ARCHIVE', () => zip({ attributes: 0o120777 })],
    ['a zip that is encrypted', 'PACK_ARCHIVE', () => zip({ flags: 1 })],
    ['a zip of another compression', 'PACK_ARCHIVE', () => zip({ method: 12 })],
    ['a zip with another checksum', 'PACK_ARCHIVE', () => zip({ crc: 1 })],
    ['a zip that holds more than it says', 'PACK_ARCHIVE', () => zip({ size: 100 })],
    ['a zip that says it holds far more', 'PACK_ARCHIVE', () => zip({ size: 2 ** 31 })],
    [
      'a zip that calls it otherwise where it lies',
      'PACK_ARCHIVE',
      () => zip({ local: 'bin/evil' }),
    ],
    ['a zip that is cut', 'PACK_ARCHIVE', () => zip().subarray(0, -30)],
    [
      'a zip with something behind it',
      'PACK_ARCHIVE',
      () => Buffer.concat([zip(), Buffer.from('x')]),
    ],
  ])('refuses %s', async (_name, code, archive) => {
    await expect(taken(await archive())).rejects.toMatchObject({ code });
  });
});
