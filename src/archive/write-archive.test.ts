import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localCompute } from '../../test/support/local-compute.ts';
import { digestOf } from '../oci/digest.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { RandomAccess } from './byte-sink.ts';
import type { EncodedFrame, FrameStore } from './frame-store.ts';
import { rawFrameBytes } from './raw-frame.ts';
import { tarEnd, tarHeader, tarPaddingBytes } from './tar-writer.ts';
import { type WriteArchiveOptions, type WrittenArchive, writeArchive } from './write-archive.ts';

const run = { signal: new AbortController().signal };

function archiveFile(
  name: string,
  content: Uint8Array,
  mode = 0o644,
): ArchiveFile & { readonly content: Uint8Array } {
  return {
    name,
    mode,
    content,
    digest: digestOf(content),
    size: content.length,
    async *open() {
      for (let at = 0; at < content.length; at += 1_000_003)
        yield content.subarray(at, at + 1_000_003);
    },
  };
}

/** Bytes nobody can compress, the same every time. */
function noise(length: number, seed = 1): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0, counter = 0; at < length; at += 32, counter++) {
    out.set(
      createHash('sha256')
        .update(`${seed}/${counter}`)
        .digest()
        .subarray(0, Math.min(32, length - at)),
      at,
    );
  }
  return out;
}

function prose(length: number): Uint8Array {
  const out = Buffer.alloc(length);
  for (let at = 0, line = 0; at < length; line++)
    at += out.write(`line ${line} of a text that shrinks well\n`, at);
  return out;
}

async function written(
  files: readonly ArchiveFile[],
  options: Partial<WriteArchiveOptions> = {},
): Promise<WrittenArchive & { readonly bytes: Buffer }> {
  const pieces: Buffer[] = [];
  const sink = {
    write: async (given: readonly Uint8Array[]) =>
      void pieces.push(...given.map((piece) => Buffer.from(piece))),
  };
  const result = await writeArchive(
    files,
    sink,
    { compute: localCompute(), wholeDigest: true, ...options },
    run,
  );
  return { ...result, bytes: Buffer.concat(pieces) };
}

function decoded(archive: WrittenArchive & { readonly bytes: Buffer }): Buffer {
  let at = 0;
  const parts = archive.frames.map((frame) => {
    const part = zstdDecompressSync(archive.bytes.subarray(at, at + frame.size));
    at += frame.size;
    expect(part.length).toBe(frame.contentSize);
    return part;
  });
  expect(archive.bytes.readUInt32LE(at)).toBe(0x184d2a5e);
  expect(archive.bytes.readUInt32LE(at + 4)).toBe(archive.bytes.length - at - 8);
  return Buffer.concat(parts);
}

function plainTar(files: readonly (ArchiveFile & { readonly content: Uint8Array })[]): Buffer {
  return Buffer.concat([
    ...files.flatMap((file) => [
      tarHeader({ type: 'file', name: file.name, mode: file.mode, size: file.size }),
      file.content,
      new Uint8Array(tarPaddingBytes(file.size)),
    ]),
    tarEnd(),
  ]);
}

function memoryFrames(): FrameStore & {
  readonly entries: Map<string, EncodedFrame[]>;
  damage: boolean;
} {
  const entries = new Map<string, EncodedFrame[]>();
  const store = {
    entries,
    damage: false,
    open: async (key: string) => {
      const frames = entries.get(key);
      if (frames === undefined) return undefined;
      return (async function* () {
        for (const [index, frame] of frames.entries()) {
          if (store.damage && index === 1) throw new Error('damaged');
          yield frame;
        }
      })();
    },
    record: async (key: string) => {
      const frames: EncodedFrame[] = [];
      return {
        add: async (frame: EncodedFrame) => void frames.push(frame),
        commit: async () => void entries.set(key, frames),
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  };
  return store;
}

const mixed = [
  archiveFile('zarf.yaml', prose(600), 0o600),
  archiveFile('empty', new Uint8Array()),
  archiveFile(
    'images/blobs/sha256/a',
    Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), noise(9 * 2 ** 20)]),
  ),
  archiveFile('components/a.tar', prose(17 * 2 ** 20 - 100)),
  archiveFile('weights', noise(3 * 2 ** 20, 2)),
  archiveFile('last', prose(130_000)),
];

describe('writeArchive', () => {
  it('writes frames that decode one by one to the tar', async () => {
    const archive = await written(mixed);
    expect(decoded(archive).equals(plainTar(mixed))).toBe(true);
    expect(archive.tarSize).toBe(plainTar(mixed).length);
    expect(archive.size).toBe(archive.bytes.length);
    expect(archive.digest).toBe(digestOf(archive.bytes));
    expect(archive.size).toBeLessThan(14 * 2 ** 20);
  });

  it('writes a plain tar on request', async () => {
    const archive = await written(mixed, { compression: 'none' });
    expect(archive.bytes.equals(plainTar(mixed))).toBe(true);
    expect(archive.digest).toBe(digestOf(archive.bytes));
  });

  it('gives the same bytes with any number of jobs and with the frame cache empty, filled or damaged', async () => {
    const plain = await written(mixed);
    const frameStore = memoryFrames();
    const cold = await written(mixed, { compute: localCompute(4), frameStore });
    expect([...frameStore.entries.keys()].length).toBe(1); // what shrinks: not the layer, not the weights
    const warm = await written(mixed, { frameStore });
    frameStore.damage = true;
    const damaged = await written(mixed, { compute: localCompute(3), frameStore });
    for (const other of [cold, warm, damaged]) expect(other.bytes.equals(plain.bytes)).toBe(true);
  });

  it('does not open what the frame cache holds', async () => {
    const frameStore = memoryFrames();
    await written(mixed, { frameStore });
    const closed = mixed.map((file) =>
      file.name === 'components/a.tar'
        ? {
            ...file,
            open: () => {
              throw new Error('opened');
            },
          }
        : file,
    );
    expect((await written(closed, { frameStore })).bytes.equals((await written(mixed)).bytes)).toBe(
      true,
    );
  });

  it('frames the content of a large file alike wherever it stands', async () => {
    const big = archiveFile('somewhere/else', prose(9 * 2 ** 20));
    const one = memoryFrames();
    const two = memoryFrames();
    await written([big], { frameStore: one });
    await written([archiveFile('a', prose(10)), { ...big, name: 'b', mode: 0o600 }], {
      frameStore: two,
    });
    expect(one.entries.size).toBe(1);
    expect(two.entries).toEqual(one.entries);
  });

  it.each([
    { name: 'another content', change: { digest: digestOf('x') }, code: 'OCI_DIGEST_MISMATCH' },
    { name: 'less content', change: { size: 9 * 2 ** 20 + 4 }, code: 'OCI_SIZE_MISMATCH' },
    { name: 'more content', change: { size: 9 * 2 ** 20 }, code: 'OCI_SIZE_MISMATCH' },
  ])('refuses $name than announced: $code', async ({ change, code }) => {
    for (const compression of ['zstd', 'none'] as const) {
      const files = mixed.map((file, index) => (index === 2 ? { ...file, ...change } : file));
      await expect(written(files, { compression })).rejects.toMatchObject({ code });
    }
  });

  it('keeps no compressed frames of content that turned out to be another', async () => {
    const frameStore = memoryFrames();
    await expect(
      written([{ ...archiveFile('a', prose(2 ** 20)), digest: digestOf('x') }], { frameStore }),
    ).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
    expect(frameStore.entries.size).toBe(0);
  });

  it.each(['record', 'add', 'commit'] as const)(
    'writes the same bytes, and says so once, when the frame cache fails at %s',
    async (where) => {
      const full = (): Promise<never> =>
        Promise.reject(
          Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }),
        );
      const notes: string[] = [];
      const disposed: string[] = [];
      const frameStore: FrameStore = {
        open: async () => undefined,
        record: async (key) =>
          where === 'record'
            ? full()
            : {
                add: async () => (where === 'add' ? full() : undefined),
                commit: async () => (where === 'commit' ? full() : undefined),
                [Symbol.asyncDispose]: async () => void disposed.push(key),
              },
      };
      const two = [...mixed, archiveFile('components/b.tar', prose(9 * 2 ** 20))];
      const pieces: Buffer[] = [];
      await writeArchive(
        two,
        { write: async (given) => void pieces.push(...given.map((piece) => Buffer.from(piece))) },
        { compute: localCompute(), wholeDigest: false, frameStore },
        { ...run, onProgress: (event) => event.kind === 'note' && notes.push(event.message) },
      );
      expect(Buffer.concat(pieces).equals((await written(two)).bytes)).toBe(true);
      expect(notes).toHaveLength(1);
      expect(notes[0]).toContain('ENOSPC');
      expect(disposed).toHaveLength(where === 'record' ? 0 : 1);
    },
  );

  it('copies frames that are there without opening the content, and refuses those that are not what was said', async () => {
    const source = await written(mixed);
    const archive: RandomAccess = {
      size: source.size,
      read: async (offset, length) =>
        Uint8Array.from(source.bytes.subarray(offset, offset + length)),
    };
    // The frames of the text: those whose content adds up to it, behind those of the layer.
    const starts = source.frames.map((_, index) =>
      source.frames.slice(0, index).reduce((sum, { size }) => sum + size, 0),
    );
    const first = source.frames.findIndex(
      ({ contentSize, size }) => contentSize === 8 * 2 ** 20 && size < 2 ** 20,
    );
    const frames = source.frames.slice(first, first + 3);
    const existing = { archive, offset: starts[first] ?? 0, frames };
    const closed = () => {
      throw new Error('opened');
    };
    const files = (given: typeof existing) =>
      mixed.map((file) =>
        file.name === 'components/a.tar' ? { ...file, open: closed, existing: given } : file,
      );
    expect((await written(files(existing))).bytes.equals(source.bytes)).toBe(true);
    const readInto = async (offset: number, memory: Uint8Array) => {
      memory.set(source.bytes.subarray(offset, offset + memory.length));
      return memory;
    };
    expect(
      (await written(files({ ...existing, archive: { ...archive, readInto } }))).bytes.equals(
        source.bytes,
      ),
    ).toBe(true);
    await expect(
      written(files({ ...existing, offset: existing.offset + 1 })),
    ).rejects.toMatchObject({ code: 'ZSTD_SEEK_TABLE' });
    const cut: RandomAccess = { size: 1, read: async () => new Uint8Array(1) };
    await expect(written(files({ ...existing, archive: cut }))).rejects.toMatchObject({
      code: 'ZSTD_TRUNCATED',
    });
  });

  it('leaves large contents to a judgement that follows, but for those whose frames are kept', async () => {
    const gzip = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, ...noise(300_000)]);
    const lying = (content: Uint8Array) => ({
      ...archiveFile('blob', content),
      digest: digestOf(Buffer.from('something else')),
    });
    const mismatch = { code: 'OCI_DIGEST_MISMATCH' };
    const large = [gzip, prose(300_000), noise(300_000)];
    const options = { judgedAfterwards: true };
    for (const content of large) {
      await expect(written([lying(content)])).rejects.toMatchObject(mismatch);
      await expect(written([lying(content)], options)).resolves.toMatchObject({});
      await expect(
        written([{ ...lying(content), size: content.length - 1 }], options),
      ).rejects.toMatchObject({ code: 'OCI_SIZE_MISMATCH' });
    }
    const frameStore = memoryFrames();
    await expect(
      written([lying(prose(300_000))], { ...options, frameStore }),
    ).rejects.toMatchObject(mismatch);
    expect(frameStore.entries.size).toBe(0);
    await expect(written([lying(noise(100))], options)).rejects.toMatchObject(mismatch);
  });

  it('stores what looked as if it would shrink and hardly does', async () => {
    const content = noise(3 * 2 ** 20);
    content.fill(7, 0, 40_000);
    const frameStore = memoryFrames();
    const files = [archiveFile('weights', content)];
    const archive = await written(files, { frameStore });
    expect(decoded(archive).equals(plainTar(files))).toBe(true);
    expect(archive.frames[1]?.size).toBe(rawFrameBytes(content.length));
    expect(frameStore.entries.size).toBe(0);
  });

  it('ends with the error of the sink', async () => {
    const sink = {
      write: async () => {
        throw new Error('full');
      },
    };
    await expect(
      writeArchive(mixed, sink, { compute: localCompute(), wholeDigest: false }, run),
    ).rejects.toThrow('full');
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const sink = { write: async () => controller.abort(new Error('enough')) };
    await expect(
      writeArchive(
        mixed,
        sink,
        { compute: localCompute(), wholeDigest: true },
        { signal: controller.signal },
      ),
    ).rejects.toThrow('enough');
  });

  it('decodes to the tar of any small files', async () => {
    const files = fc.array(fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.boolean()), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const made = given.map(([size, packed], index) =>
          archiveFile(`f${index}`, packed ? noise(size, index) : prose(size)),
        );
        expect(decoded(await written(made)).equals(plainTar(made))).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});
