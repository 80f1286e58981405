import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, splitBytes } from '../../test/support/split-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { MemoryOutputFolder } from '../adapters/memory/output-folder.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { digestOf } from '../oci/digest.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import { OutputError } from '../ports/storage-error.ts';
import { joinArchive } from './join-archive.ts';
import { splitArchive } from './split-archive.ts';

const run = { signal: new AbortController().signal };
const stem = 'zarf-package-demo-amd64-1.0.0.tar.zst';
const whole = Buffer.from(
  Array.from({ length: 400_000 }, (_, index) => (index * 7) ^ (index >> 8)),
);

/** A disk: what lies in `in`, and the folder `out` that is written to. */
class Disk {
  readonly out = new MemoryOutputFolder('out');
  readonly files: Record<string, Uint8Array | string>;
  constructor(files: Record<string, Uint8Array | string>) {
    this.files = files;
  }
  get source(): ArchiveSource {
    const now = () =>
      new MemoryArchiveSource({ ...this.files, ...Object.fromEntries(this.out.files) });
    return {
      open: (path) => now().open(path),
      openParts: (path, parts) => now().openParts(path, parts),
      list: (path) => now().list(path),
      readSmall: (path, most) => now().readSmall(path, most),
    };
  }
  split(location: string, partBytes: number, output: OutputFolder = this.out) {
    return splitArchive(
      { location, partBytes, chunkBytes: 65_536 },
      { source: this.source, compute: inProcessCompute(), output },
      run,
    );
  }
  join(locations: readonly string[], replace = false) {
    return joinArchive(
      { locations, replace },
      {
        source: this.source,
        compute: inProcessCompute(),
        outputFor: async (name) => ({ folder: this.out, name }),
      },
      run,
    );
  }
  get names(): readonly string[] {
    return [...this.out.files.keys()].map((path) => path.slice('out/'.length)).sort();
  }
}
const disk = (bytes: Uint8Array = whole) => new Disk({ [`in/${stem}`]: bytes });

describe('split', () => {
  it('writes the parts, the header and the digests of chunks, the same every time', async () => {
    const one = disk();
    const made = await one.split(`in/${stem}`, 150_000);
    expect(made).toMatchObject({
      archive: { name: stem, size: whole.length, digest: digestOf(whole) },
      parts: [{ size: 150_000, outcome: 'written' }, { size: 150_000 }, { size: 100_000 }],
    });
    const expected = { ...splitBytes(stem, whole, 150_000), ...chunksOf(stem, whole, 150_000) };
    expect(one.names).toEqual(Object.keys(expected).sort());
    for (const [name, bytes] of Object.entries(expected))
      expect(Buffer.from(one.out.files.get(`out/${name}`) ?? []).equals(bytes)).toBe(true);
  });

  it('takes the signature along that lies beside the archive', async () => {
    const one = disk();
    one.out.files.set(`in/${stem}.sigstore.json`, Buffer.from('{"a":1}'));
    const made = await one.split(`in/${stem}`, 150_000);
    expect(made.signature).toMatch(/\.sigstore\.json$/);
    const copied = one.out.files.get(`out/${stem}.sigstore.json`);
    expect(Buffer.from(copied ?? []).toString()).toBe('{"a":1}');
  });

  it('joins to the same bytes, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 5000 }),
        fc.integer({ min: 1, max: 6000 }),
        async (bytes, partBytes) => {
          fc.pre(bytes.length / partBytes <= 999);
          const one = disk(bytes);
          await one.split(`in/${stem}`, partBytes);
          const joined = await one.join(['out']);
          expect(Buffer.from(one.out.files.get(joined.archive) ?? []).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the parts that lie there already, and writes the others', async () => {
    const one = disk();
    const parts = splitBytes(stem, whole, 150_000);
    const [first, second, third] = [1, 2, 3].map((number) => `${stem}.part00${number}`);
    const bad = Buffer.from(parts[second ?? ''] ?? []);
    bad[140_000] = 1 ^ (bad[140_000] ?? 0);
    one.out.files.set(`out/${first}`, parts[first ?? ''] ?? new Uint8Array());
    one.out.files.set(`out/${second}`, bad);
    one.out.files.set(`out/${third}`, Buffer.from('short'));
    one.out.files.set(`out/${stem}.part000`, Buffer.from('{}'));
    const made = await one.split(`in/${stem}`, 150_000);
    expect(made.parts.map(({ outcome }) => outcome)).toEqual(['kept', 'written', 'written']);
    const again = await one.split(`in/${stem}`, 150_000);
    expect(again.parts.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'kept']);
    const joined = await one.join(['out']);
    expect(joined.digest).toBe(digestOf(whole));
  });

  it('leaves no header before every part is there', async () => {
    const one = disk();
    one.out.files.set(`out/${stem}.part000`, Buffer.from('{}'));
    const full: OutputFolder = {
      pathOf: (name) => one.out.pathOf(name),
      list: () => one.out.list(),
      read: (name) => one.out.read(name),
      remove: (name) => one.out.remove(name),
      create: (name) =>
        name.endsWith('003')
          ? Promise.reject(new OutputError('DISK_FULL', 'the disk is full'))
          : one.out.create(name),
    };
    await expect(one.split(`in/${stem}`, 150_000, full)).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    expect(one.names).toEqual([`${stem}.part001`, `${stem}.part002`]);
    const made = await one.split(`in/${stem}`, 150_000);
    expect(made.parts.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'written']);
  });

  it.each([
    ['standard input', { '-': whole }, '-', 150_000, 'SPLIT_NOT_AN_ARCHIVE'],
    ['another file', { 'in/a.iso': whole }, 'in/a.iso', 150_000, 'SPLIT_NOT_AN_ARCHIVE'],
    ['an empty file', { 'in/a.tar': '' }, 'in/a.tar', 150_000, 'SPLIT_EMPTY'],
    ['a part', { 'in/a.tar.part001': whole }, 'in/a.tar.part001', 1000, 'ARCHIVE_SPLIT_PART'],
    ['too many parts', { 'in/a.tar': whole }, 'in/a.tar', 400, 'SPLIT_TOO_MANY_PARTS'],
  ])('refuses %s', async (_what, files, location, partBytes, code) => {
    const one = new Disk(files);
    await expect(one.split(location, partBytes)).rejects.toMatchObject({ code });
    expect(one.names).toEqual([]);
  });

  it('refuses a folder in which more would be joined', async () => {
    const one = disk();
    one.out.files.set(`out/${stem}.part004`, Buffer.from('old'));
    await expect(one.split(`in/${stem}`, 150_000)).rejects.toMatchObject({
      code: 'SPLIT_STALE_PARTS',
      message: expect.stringContaining('part004'),
    });
  });
});

describe('join', () => {
  const parts = splitBytes(stem, whole, 150_000);
  const exchanged = (): Record<string, Uint8Array> => {
    const [first, second] = [parts[`${stem}.part001`], parts[`${stem}.part002`]];
    if (first === undefined || second === undefined) throw new Error('too few parts');
    return { [`${stem}.part001`]: second, [`${stem}.part002`]: first };
  };
  const chunks = chunksOf(stem, whole, 150_000);
  const at = (files: Record<string, Uint8Array>) =>
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`in/${name}`, bytes]));
  const altered = (number: number, place: number): Record<string, Uint8Array> => {
    const copy = Buffer.from(parts[`${stem}.part00${number}`] ?? []);
    copy[place] = 1 ^ (copy[place] ?? 0);
    return { [`${stem}.part00${number}`]: copy };
  };
  const without = (number: number): Record<string, Uint8Array> =>
    Object.fromEntries(Object.entries(parts).filter(([name]) => !name.endsWith(`00${number}`)));

  it('says where a signature lies that belongs beside the archive', async () => {
    const one = new Disk({ ...at(parts), [`in/${stem}.sigstore.json`]: '{}' });
    expect(await one.join([`in/${stem}.part002`])).toMatchObject({
      archive: `out/${stem}`,
      parts: 3,
      outcome: 'joined',
      signature: `in/${stem}.sigstore.json`,
    });
  });

  it('leaves an archive that is there already, and replaces another only when told', async () => {
    const one = new Disk(at(parts));
    one.out.files.set(`out/${stem}`, whole);
    expect(await one.join(['in'])).toMatchObject({ outcome: 'unchanged' });
    const other = Buffer.from(whole);
    other[5] = 1 ^ (other[5] ?? 0);
    one.out.files.set(`out/${stem}`, other);
    await expect(one.join(['in'])).rejects.toMatchObject({ code: 'JOIN_TARGET_EXISTS' });
    expect(await one.join(['in'], true)).toMatchObject({ outcome: 'joined' });
    expect(one.out.files.get(`out/${stem}`)).toEqual(whole);
  });

  it.each([
    ['what is no part', { 'a.tar': whole }, 'in/a.tar', 'JOIN_NOT_PARTS', 'no part'],
    ['parts without header', without(0), 'in', 'JOIN_HEADER', 'is missing'],
    [
      'a header that says nothing',
      { ...parts, [`${stem}.part000`]: Buffer.from('{}') },
      'in',
      'JOIN_HEADER',
      'says nothing',
    ],
    ['a missing part', without(2), 'in', 'JOIN_PART_MISSING', 'part002 (150000 bytes)'],
    [
      'a missing part of which the digest is known',
      { ...without(2), ...chunks },
      'in',
      'JOIN_PART_MISSING',
      'part002 (150000 bytes, sha256:',
    ],
    [
      'a bad piece',
      { ...parts, ...chunks, ...altered(3, 66_000) },
      'in',
      'JOIN_DAMAGED',
      'part 3: chunk 1 (bytes 65536 to 99999) is not what was cut',
    ],
    [
      'two parts that were exchanged',
      {
        ...parts,
        ...chunks,
        ...exchanged(),
      },
      'in',
      'JOIN_DAMAGED',
      'part 1: is part 2 of the archive under another name',
    ],
    ['what is not there', {}, 'in/nowhere', 'ARCHIVE_MISSING', 'nowhere'],
    [
      'bad bytes of which nobody knows where',
      { ...parts, ...altered(3, 66_000) },
      'in',
      'JOIN_MISMATCH',
      'the header says',
    ],
  ])('names %s, and leaves nothing', async (_what, files, location, code, words) => {
    const one = new Disk(at(files));
    await expect(one.join([location])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
    expect(one.names).toEqual([]);
  });

  it('says which name an exchanged part should have', async () => {
    const one = new Disk(at({ ...parts, ...chunks, ...exchanged() }));
    await expect(one.join(['in'])).rejects.toMatchObject({
      suggestions: [
        `Give ${stem}.part001 the name ${stem}.part002: it is that part`,
        `Give ${stem}.part002 the name ${stem}.part001: it is that part`,
      ],
    });
  });

  it('names a part that lies in two places', async () => {
    const one = new Disk({
      ...at(without(3)),
      [`b/${stem}.part002`]: parts[`${stem}.part002`] ?? '',
      [`b/${stem}.part003`]: parts[`${stem}.part003`] ?? '',
    });
    await expect(one.join(['in', 'b'])).rejects.toMatchObject({
      code: 'JOIN_PART_DOUBLED',
      message: expect.stringContaining(`b/${stem}.part002 and in/${stem}.part002`),
    });
  });

  it('refuses more than one archive', async () => {
    const one = new Disk({ ...at(parts), 'b/other.tar': whole });
    await expect(one.join(['in', 'b/other.tar'])).rejects.toMatchObject({ code: 'ARCHIVE_ONE' });
  });
});
