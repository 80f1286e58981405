import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { parsedTar } from '../../test/support/parsed-tar.ts';
import { surveyBytes } from '../../test/support/survey-bytes.ts';
import { patchedHeader } from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';

interface Seen {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly digest: string | undefined;
  readonly linkTarget: string | undefined;
}

/** What our reader sees; undefined when it ends with a fatal problem or refuses the input. */
async function ours(bytes: Uint8Array): Promise<readonly Seen[] | undefined> {
  const survey = await surveyBytes(bytes, {}, false).catch(() => undefined);
  if (survey === undefined || survey.container.problems.some((problem) => problem.fatal))
    return undefined;
  return survey.entries.map(({ name, type, mode, size, digest, linkTarget }) => ({
    name,
    type,
    mode,
    size,
    digest: type === 'file' ? digest : undefined,
    linkTarget,
  }));
}

/** What the library sees; undefined when it fails. */
async function theirs(bytes: Uint8Array): Promise<readonly Seen[] | undefined> {
  const seen = await parsedTar(bytes).catch(() => undefined);
  return seen?.map(({ name, type, mode, size, linkname, content }) => ({
    name,
    type: type === 'link' ? 'hardlink' : type,
    mode,
    size,
    digest: type === 'file' ? digestOf(content) : undefined,
    linkTarget: linkname ?? undefined,
  }));
}

interface Planned {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink';
  readonly content: Uint8Array;
  readonly mode: number;
  readonly mtime: number;
}

async function packed(entries: readonly Planned[]): Promise<Buffer> {
  const packer = pack();
  for (const { name, kind, content, mode, mtime } of entries) {
    const header = {
      name,
      mode,
      mtime: new Date(mtime * 1000),
      type: kind,
      uname: 'someone',
      uid: 1000,
    };
    if (kind === 'file') packer.entry(header, Buffer.from(content));
    else packer.entry(kind === 'symlink' ? { ...header, linkname: 'some/where' } : header);
  }
  packer.finalize();
  return Buffer.concat((await Array.fromAsync(packer)) as Buffer[]);
}

const segment = fc.stringMatching(/^[a-zA-Z0-9_äß漢][a-zA-Z0-9_.äß漢 -]{0,80}$/u);
const planned: fc.Arbitrary<Planned> = fc.record({
  name: fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
  kind: fc.constantFrom('file', 'file', 'file', 'directory', 'symlink'),
  content: fc.uint8Array({ maxLength: 2000 }),
  mode: fc.integer({ min: 0, max: 0o777 }),
  mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});

describe('our tar reader beside another one', () => {
  it('sees the same entries in what the other one packs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(planned, { minLength: 1, maxLength: 10 }), async (entries) => {
        const bytes = await packed(entries);
        const seen = await theirs(bytes);
        expect(seen).toHaveLength(entries.length);
        expect(await ours(bytes)).toEqual(
          seen?.map((entry) => ({ ...entry, linkTarget: entry.linkTarget ?? undefined })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('sees in damaged headers the same or refuses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(planned, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        async (entries, where, value) => {
          const bytes = await packed(entries);
          // The checksum made right again: what counts is how the fields are read.
          const changed = { [where % 512]: Uint8Array.of(value) };
          patchedHeader(bytes.subarray(0, 512), changed).copy(bytes);
          const mine = await ours(bytes);
          // A type we do not know is refused too: the other reader takes some for old kinds of long names.
          if (mine === undefined || mine.some((entry) => entry.type === 'unknown')) return;
          const other = await theirs(bytes);
          // The other reader cuts links, types and folders to its own taste; names, sizes and contents of files decide.
          const files = (seen: readonly Seen[] | undefined) =>
            seen
              ?.filter((entry) => entry.type === 'file')
              .map(({ name, size, digest }) => ({ name, size, digest }));
          expect(files(mine)).toEqual(files(other));
        },
      ),
      { numRuns: 300 },
    );
  });
});
