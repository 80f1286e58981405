import { randomFillSync } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { chunksOf, splitBytes } from '../../test/support/split-bytes.ts';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { ArchiveSourceError, type OpenArchive } from '../ports/archive-source.ts';
import { locateParts } from './locate-parts.ts';
import { verifyArchive } from './verify-archive.ts';
import { verifyFolder } from './verify-folder.ts';

const stem = 'zarf-package-demo-amd64-1.0.0.tar.zst';
// Content that does not shrink makes it larger than a few chunks.
const filler = randomFillSync(Buffer.alloc(400_000));
const tar = tarOf(
  ...aPackage()
    .with('components/note.tar', filler)
    .facts()
    .entries.map(({ path, content }) => tarFile(path, content ?? '')),
);
const whole = zstdCompressSync(tar);
const partBytes = 150_000;
const parts = splitBytes(stem, whole, partBytes);
const chunks = chunksOf(stem, whole, partBytes);
const name = (number: number): string => `${stem}.part00${number}`;
const run = { signal: new AbortController().signal };

function without(files: Record<string, Uint8Array>, ...names: string[]) {
  return Object.fromEntries(Object.entries(files).filter(([each]) => !names.includes(each)));
}
/** The digests of chunks with another name in them. */
function renamed(files: Record<string, Uint8Array>, from: string, to: string) {
  return Object.fromEntries(
    Object.entries(files).map(([each, bytes]) => {
      const text = Buffer.from(bytes).toString().replaceAll(/": +"/g, '":"');
      expect(text).toContain(from);
      return [each, Buffer.from(text.replace(from, to))];
    }),
  );
}
function inFolder(folder: string, files: Record<string, Uint8Array | string>) {
  return Object.fromEntries(
    Object.entries(files).map(([each, bytes]) => [`${folder}/${each}`, bytes]),
  );
}
function altered(bytes: Uint8Array | undefined, at: number): Uint8Array {
  const copy = Buffer.from(bytes ?? []);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** A medium with a bad place. */
class ScratchedSource extends MemoryArchiveSource {
  override async open(location: string): Promise<OpenArchive> {
    return this.#scratched(await super.open(location), location.endsWith(name(2)) ? 0 : undefined);
  }
  override async openParts(location: string, all: readonly string[]): Promise<OpenArchive> {
    return this.#scratched(await super.openParts(location, all), partBytes);
  }
  #scratched(archive: OpenArchive, bad: number | undefined): OpenArchive {
    if (bad === undefined) return archive;
    const broken = () => new ArchiveSourceError('ARCHIVE_UNREADABLE', 'cannot be read (EIO)');
    return {
      location: archive.location,
      fileName: archive.fileName,
      size: archive.size,
      async *chunks() {
        yield new Uint8Array(0);
        throw broken();
      },
      ranges: {
        size: archive.ranges?.size ?? 0,
        read: async (offset, length) => {
          if (offset < bad + 70_000 && offset + length > bad + 70_000) throw broken();
          return (await archive.ranges?.read(offset, length)) ?? new Uint8Array(0);
        },
      },
      [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
    };
  }
}

async function verify(
  files: Readonly<Record<string, Uint8Array | string>>,
  locations: readonly string[],
  make: (files: Readonly<Record<string, Uint8Array | string>>) => MemoryArchiveSource = (all) =>
    new MemoryArchiveSource(all),
) {
  const source = make(files);
  const ports = { source, compute: inProcessCompute(), signatures: new SigstoreJudge() };
  const common = { policy: builtInPolicy, allowUnsigned: true, programVersion: '0.0.0' };
  const located = await locateParts(locations, source, run);
  const said: string[] = [];
  const kinds: string[] = [];
  let first: string | undefined;
  let exitCode = 0;
  for (const each of located) {
    kinds.push(each.kind === 'folder' ? `${each.location} ${each.sets.length}` : each.kind);
    if (each.kind === 'folder') {
      const report = await verifyFolder({ ...common, ...each }, ports, run);
      for (const one of report.archives) said.push(...saidOf(one.findings));
      first = report.archives[0]?.findings[0]?.id;
      exitCode = Math.max(exitCode, report.verdict.exitCode);
      continue;
    }
    const request =
      each.kind === 'archive'
        ? { location: each.location }
        : { location: each.set.location, parts: each.set };
    const report = await verifyArchive({ ...common, ...request, wholeDigest: false }, ports, run);
    said.push(...saidOf(report.findings));
    exitCode = Math.max(exitCode, report.verdict.exitCode);
  }
  return { kinds, said, exitCode, first };
}

function saidOf(
  findings: readonly {
    id: string;
    outcome: string;
    code?: string;
    subject: { name: string };
    message: string;
  }[],
) {
  return findings
    .filter(({ id, outcome }) => id === 'container/parts' && outcome !== 'pass')
    .map(({ outcome, code, subject, message }) =>
      `${outcome} ${code} ${subject.name.slice(-7)}: ${message}`.replaceAll(stem, '…'),
    );
}

describe('an archive in parts', () => {
  it.each([
    ['by its header', [`d/${name(0)}`]],
    ['by any part', [`d/${name(2)}`]],
    ['by all of them in any order', [3, 0, 2, 1].map((each) => `d/${name(each)}`)],
    ['by their folder', ['d']],
  ])('is judged where it lies, named %s', async (_how, locations) => {
    const { said, exitCode } = await verify(inFolder('d', parts), locations);
    expect(said).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('is judged from several discs, whichever comes first', async () => {
    const discs = {
      ...inFolder('disc1', without(parts, name(2), name(3))),
      ...inFolder('disc2', { [name(2)]: parts[name(2)] ?? '', [name(0)]: parts[name(0)] ?? '' }),
      ...inFolder('disc3', { [name(3)]: parts[name(3)] ?? '' }),
    };
    for (const locations of [
      ['disc3', 'disc2', 'disc1'],
      [`disc3/${name(3)}`, `disc1/${name(1)}`, `disc2/${name(2)}`],
      ['disc1/', `disc2/${name(2)}`, 'disc3'],
      ['disc2', `disc1/${name(0)}`, 'disc3'],
    ]) {
      const { said, exitCode } = await verify(discs, locations);
      expect([locations, said, exitCode]).toEqual([locations, [], 0]);
    }
  });

  it('is judged once for each folder that has all of it', async () => {
    const { kinds, exitCode } = await verify({ ...inFolder('a', parts), ...inFolder('b', parts) }, [
      `a/${name(0)}`,
      `b/${name(0)}`,
    ]);
    expect([kinds, exitCode]).toEqual([['parts', 'parts'], 0]);
  });

  it.each([
    [
      'a missing part',
      without(parts, name(2)),
      [`undecided PART_MISSING part002: part 2 of 3 is missing (150000 bytes)`],
      5,
    ],
    [
      'a missing part of which the digest is known',
      { ...without(parts, name(2)), ...chunks },
      [
        `undecided PART_MISSING part002: part 2 of 3 is missing (150000 bytes, ${digestOf(parts[name(2)] ?? '')})`,
      ],
      5,
    ],
    [
      'two missing parts',
      without(parts, name(1), name(3)),
      [1, 3].map((each) => `undecided PART_MISSING part00${each}: part ${each} of 3 is missing`),
      5,
    ],
    [
      'a missing header',
      without(parts, name(0)),
      [
        'undecided PART_MISSING part000: is missing: it says how many parts there are, and what they are together',
      ],
      5,
    ],
    [
      'a header that says nothing',
      { ...parts, [name(0)]: '{}' },
      [
        'fail PART_HEADER_INVALID part000: does not say what the parts are: Sha256Sum is no digest of 64 lower-case hex digits',
      ],
      1,
    ],
    [
      'a part too many',
      { ...parts, [name(4)]: 'more' },
      ['fail PART_EXTRA part004: is there, and the header says there are 3: d/….part004'],
      1,
    ],
    [
      'an altered part',
      { ...parts, [name(2)]: altered(parts[name(2)], 7) },
      [`fail PART_DIGEST tar.zst: the parts together are sha256:`],
      1,
    ],
    [
      'an altered part of which the digests are known',
      { ...parts, ...chunks, [name(2)]: altered(altered(parts[name(2)], 70_000), 149_999) },
      [
        'fail PART_DAMAGED part002: chunks 1 to 2 (bytes 65536 to 149999) are not what was cut: d/….part002',
        'fail PART_DIGEST tar.zst: the parts together are sha256:',
      ],
      1,
    ],
    [
      'a part cut short',
      { ...parts, [name(2)]: parts[name(2)]?.subarray(0, 1000) ?? '' },
      [
        'fail PART_DIGEST tar.zst: the parts together are',
        'fail PART_SIZES tar.zst: the parts have ',
      ],
      1,
    ],
    [
      'a part cut short of which the digests are known',
      { ...parts, ...chunks, [name(2)]: parts[name(2)]?.subarray(0, 65_536) ?? '' },
      [
        'fail PART_DAMAGED part002: chunks 1 to 2 (bytes 65536 to 149999) are not what was cut',
        'fail PART_SIZE part002: has 65536 bytes, it should have 150000: d/….part002',
        'fail PART_DIGEST',
        'fail PART_SIZES',
      ],
      1,
    ],
    [
      'a part of another archive beside a missing one',
      { ...without(parts, name(1)), ...chunks, [name(2)]: altered(parts[name(2)], 7) },
      [
        'fail PART_DAMAGED part002: chunk 0 (bytes 0 to 65535) is not what was cut',
        'undecided PART_MISSING part001',
      ],
      1,
    ],
    [
      "two parts in each other's place",
      { ...parts, [name(1)]: parts[name(2)] ?? '', [name(2)]: parts[name(1)] ?? '' },
      ['fail PART_DIGEST'],
      1,
    ],
    [
      "two parts in each other's place of which the digests are known",
      { ...parts, ...chunks, [name(1)]: parts[name(2)] ?? '', [name(2)]: parts[name(1)] ?? '' },
      [
        'fail PART_EXCHANGED part001: is part 2 of the archive under another name, byte for byte: d/….part001',
        'fail PART_EXCHANGED part002: is part 1 of the archive under another name, byte for byte: d/….part002',
        'fail PART_DIGEST',
      ],
      1,
    ],
    [
      'the last part in the place of another, by their sizes',
      { ...parts, [name(2)]: parts[name(3)] ?? '', [name(3)]: parts[name(2)] ?? '' },
      ['fail PART_DIGEST'],
      1,
    ],
    [
      'a part under the name of one that is missing',
      { ...without(parts, name(1)), ...chunks, [name(2)]: parts[name(1)] ?? '' },
      ['fail PART_EXCHANGED part002: is part 1 of the archive', 'undecided PART_MISSING part001'],
      1,
    ],
    [
      'a part that is there twice, under two names',
      { ...parts, ...chunks, [name(2)]: parts[name(1)] ?? '' },
      ['fail PART_COPIED part002: is a second copy of part 1: d/….part002', 'fail PART_DIGEST'],
      1,
    ],
    [
      'digests of another archive',
      { ...parts, ...chunksOf(stem, altered(whole, 9), partBytes) },
      ['fail PART_MANIFEST ks.json: is about an archive of'],
      0,
    ],
    [
      'digests of an archive of another name',
      { ...parts, ...renamed(chunks, `"name":"${stem}"`, '"name":"other.tar.zst"') },
      ['fail PART_MANIFEST ks.json: is about other.tar.zst, not about the parts of'],
      0,
    ],
    [
      'digests of a part that is not one of these',
      { ...parts, ...renamed(chunks, `"name":"${name(2)}"`, '"name":"other.part002"') },
      ['fail PART_MANIFEST ks.json: is about other.part002, not about the parts of'],
      0,
    ],
    [
      'digests nobody can read',
      { ...parts, [`${stem}.chunks.json`]: '{' },
      ['fail PART_MANIFEST ks.json: does not say what the chunks are'],
      0,
    ],
    [
      'a file that would be joined too',
      { ...parts, [`${name(2)}.bak`]: 'x' },
      ['fail PART_STRANGE 002.bak: programs that join would take it for a part'],
      0,
    ],
  ])('names %s', async (_what, files, expected, code) => {
    const { said, exitCode } = await verify(inFolder('d', files), [`d/${name(3)}`, `d/${name(0)}`]);
    expect(said).toHaveLength(expected.length);
    for (const start of expected)
      expect(said.find((line) => line.startsWith(start)) ?? said).toContain(start);
    expect(exitCode).toBe(code);
  });

  it('tells each part before the whole, and the parts before everything else', async () => {
    const files = { ...parts, ...chunks, [name(2)]: altered(parts[name(2)], 7) };
    const { said, first } = await verify(inFolder('d', files), ['d']);
    expect(said.map((line) => line.split(' ')[1])).toEqual(['PART_DAMAGED', 'PART_DIGEST']);
    expect(first).toBe('container/parts');
  });

  // Nobody signs the list of chunks: whoever changes parts can write another list.
  it('gains nothing by a list of chunks that fits what was changed', async () => {
    const changed = altered(whole, partBytes + 7);
    const theirs = chunksOf(stem, changed, partBytes);
    const listed = { ...parts, ...theirs, [name(2)]: altered(parts[name(2)], 7) };
    const byList = await verify(inFolder('d', listed), ['d']);
    expect(byList.exitCode).toBe(1);
    expect(byList.said.join('\n')).toContain('fail PART_DIGEST');
    // With a header that fits, too, the parts are what they say, and the archive in them is not.
    const all = { ...splitBytes(stem, changed, partBytes), ...theirs };
    expect(await verify(inFolder('d', all), ['d'])).toMatchObject({ exitCode: 1, said: [] });
    // About sound parts it cannot say that they are bad: their digest as a whole is looked at first.
    const lying = await verify(inFolder('d', { ...parts, ...theirs }), ['d']);
    expect(lying.exitCode).toBe((await verify(inFolder('d', parts), ['d'])).exitCode);
    expect(lying.said.filter((line) => line.startsWith('fail PART_DAMAGED'))).toEqual([]);
  });

  // The problem ARCHIVE_PARTS_INCOMPLETE is what keeps every other check from speaking.
  it('never pass while one is missing, whatever the policy asks for', async () => {
    const source = new MemoryArchiveSource(inFolder('d', without(parts, name(2))));
    const set = (await locateParts([`d/${name(0)}`], source, run)).flatMap((each) =>
      each.kind === 'parts' ? [each.set] : [],
    )[0];
    const report = await verifyArchive(
      {
        location: `d/${stem}`,
        ...(set === undefined ? {} : { parts: set }),
        policy: { ...builtInPolicy, required: [] },
        allowUnsigned: true,
        wholeDigest: false,
        programVersion: '0.0.0',
      },
      { source, compute: inProcessCompute(), signatures: new SigstoreJudge() },
      run,
    );
    expect(report.verdict).toMatchObject({ outcome: 'incomplete', exitCode: 5 });
    expect(new Set(report.findings.map(({ id }) => id))).toEqual(new Set(['container/parts']));
  });

  it('names a part that lies in two places', async () => {
    const files = {
      ...inFolder('a', without(parts, name(3))),
      ...inFolder('b', without(parts, name(0), name(1))),
    };
    const { said, exitCode } = await verify(files, [`a/${name(0)}`, `b/${name(3)}`]);
    expect(said).toEqual([
      'fail PART_DOUBLED part002: is there 2 times: a/….part002 and b/….part002; name one',
    ]);
    expect(exitCode).toBe(1);
  });

  it('names headers that differ', async () => {
    const other = { ...without(parts, name(1)), [name(0)]: '{}' };
    const files = { ...inFolder('a', without(parts, name(2), name(3))), ...inFolder('b', other) };
    const { said, exitCode } = await verify(files, [`a/${name(0)}`, `b/${name(3)}`]);
    expect(said.map((line) => line.slice(0, 24))).toEqual([
      'fail PART_HEADER_INVALID',
      'fail PART_DOUBLED part00',
    ]);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['digests are known', { ...parts, ...chunks }, 'chunk 1 (bytes 65536 to 131071)'],
    ['nobody knows digests', parts, 'chunk 0 (bytes 0 to 149999)'],
  ])('names what the medium does not give, where %s', async (_what, files, piece) => {
    const { said, exitCode } = await verify(
      inFolder('d', files),
      [`d/${name(0)}`],
      (all) => new ScratchedSource(all),
    );
    expect(said).toEqual([`fail PART_UNREADABLE part002: ${piece} cannot be read: d/….part002`]);
    expect(exitCode).toBe(1);
  });

  it('says that parts without compression have to be joined first', async () => {
    const plain = stem.replace('.zst', '');
    const { said, exitCode } = await verify(inFolder('d', splitBytes(plain, tar, 4000)), [
      `d/${plain}.part000`,
    ]);
    expect(said.map((line) => line.slice(0, 22))).toEqual(['fail PART_UNCOMPRESSED']);
    expect(exitCode).toBe(0);
  });

  it('tells damage of the archive from damage on the way', async () => {
    const bad = altered(whole, whole.length - 30);
    const { said, exitCode } = await verify(inFolder('d', splitBytes(stem, bad, partBytes)), [
      `d/${name(0)}`,
    ]);
    expect(said).toEqual([]); // the parts are what was cut
    expect(exitCode).toBe(1);
  });
});

describe('a folder with parts', () => {
  const sums = (files: Record<string, Uint8Array>): string =>
    Object.entries(files)
      .map(([each, bytes]) => `${hexOf(digestOf(bytes))}  ${each}\n`)
      .join('');
  const ports = (files: Record<string, Uint8Array | string>) => ({
    source: new MemoryArchiveSource(inFolder('d', files)),
    compute: inProcessCompute(),
    signatures: new SigstoreJudge(),
  });
  const request = {
    location: 'd',
    policy: builtInPolicy,
    allowUnsigned: true,
    programVersion: '0.0.0',
  };

  it.each([
    ['the whole is listed', sums({ [stem]: whole })],
    ['each part is listed', sums(parts)],
    ['both are listed', sums({ [stem]: whole, ...parts })],
  ])('compares SHA256SUMS where %s', async (_what, text) => {
    const report = await verifyFolder(
      request,
      ports({ ...parts, ...chunks, SHA256SUMS: text }),
      run,
    );
    expect(report.findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(report.findings.map(({ code }) => code)).not.toContain('RELEASE_FILE_UNJUDGED');
    expect(report.verdict.exitCode).toBe(0);
  });

  it('fails where SHA256SUMS lists another digest of a part', async () => {
    const text = sums({ ...parts, [name(2)]: whole });
    const report = await verifyFolder(request, ports({ ...parts, SHA256SUMS: text }), run);
    expect(report.findings.map(({ code }) => code)).toContain('SUMS_MISMATCH');
  });

  it('does not call an archive missing of which parts are missing', async () => {
    const files = { ...without(parts, name(2)), SHA256SUMS: sums({ [stem]: whole }) };
    const report = await verifyFolder(request, ports(files), run);
    expect(report.findings.map(({ outcome, code }) => `${outcome} ${code}`)).toContain(
      'undecided SUMS_FILE_INCOMPLETE',
    );
    expect(report.verdict.exitCode).toBe(5);
  });

  it('judges an archive that lies there whole and in parts', async () => {
    const report = await verifyFolder(request, ports({ ...parts, [stem]: whole }), run);
    expect(report.archives.map(({ verdict }) => verdict.outcome)).toEqual(['pass', 'pass']);
  });
});
