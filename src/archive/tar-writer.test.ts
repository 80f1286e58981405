import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsedTar } from '../../test/support/parsed-tar.ts';
import {
  type TarEntry,
  tarHeader,
  tarPaddingBytes,
  tarStream,
  tarStreamBytes,
} from './tar-writer.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function file(name: string, content: Uint8Array, mode = 0o644): TarEntry {
  return {
    type: 'file',
    name,
    mode,
    size: content.length,
    async *open() {
      yield content;
    },
  };
}

async function bytesOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarStream(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('tarStream', () => {
  it('gives the bytes of the published component vector', async () => {
    const tar = await bytesOf([
      { type: 'directory', name: '.', mode: 0o700, size: 0 },
      file('test.txt', text('hello world'), 0o600),
    ]);
    expect(createHash('sha256').update(tar).digest('hex')).toBe(
      'c09d17f612f241cdf549e5fb97c9e063a8ad18ae7a9f3af066332ed6b38556ad',
    );
  });

  it('gives the component tar of the worked example', async () => {
    const manifest =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hello\ndata:\n  greeting: hi\n';
    const tar = await bytesOf([
      { type: 'directory', name: 'hello', mode: 0o700, size: 0 },
      { type: 'directory', name: 'hello/manifests', mode: 0o700, size: 0 },
      file('hello/manifests/hello-0.yaml', text(manifest)),
    ]);
    expect(tar.length).toBe(3072);
    expect(createHash('sha256').update(tar).digest('hex')).toBe(
      '88cd8a1de2014673e055e7957bdf04a6124fd7c4c12d4817bf5d50655783a48e',
    );
  });

  it('keeps a symbolic link with its target', async () => {
    const tar = await bytesOf([
      { type: 'symlink', name: 'a/link', mode: 0o777, size: 0, linkTarget: '../b' },
    ]);
    expect(await parsedTar(tar)).toMatchObject([
      { name: 'a/link', type: 'symlink', linkname: '../b' },
    ]);
  });

  it.each([
    { name: 'shorter', content: text('abc'), size: 5 },
    { name: 'longer', content: text('abcdef'), size: 5 },
  ])('refuses content $name than announced', async ({ content, size }) => {
    await expect(bytesOf([{ ...file('x', content), size }])).rejects.toMatchObject({
      code: 'TAR_HEADER_INVALID',
    });
  });

  it('is read back by another parser, whatever the names and contents', async () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9_äß漢][a-zA-Z0-9_.äß漢-]{0,60}$/u);
    const path = fc
      .array(segment, { minLength: 1, maxLength: 6 })
      .map((segments) => segments.join('/'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            path,
            content: fc.uint8Array({ maxLength: 1500 }),
            mode: fc.integer({ min: 0, max: 0o777 }),
          }),
          { maxLength: 8 },
        ),
        async (files) => {
          const entries = files.map((each) => file(each.path, each.content, each.mode));
          const tar = await bytesOf(entries);
          expect(tar.length).toBe(tarStreamBytes(entries));
          expect(await bytesOf(entries)).toEqual(tar);
          expect(await parsedTar(tar)).toMatchObject(
            files.map((each) => ({
              name: each.path,
              type: 'file',
              mode: each.mode,
              size: each.content.length,
              content: Buffer.from(each.content),
            })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('tarHeader', () => {
  const header = (name: string, size = 0): Uint8Array =>
    tarHeader({ type: 'file', name, mode: 0o644, size });

  it.each([
    { name: 'a name of 100 bytes', entry: 'a'.repeat(100), blocks: 1 },
    {
      name: 'a name that splits at a slash',
      entry: `${'p'.repeat(150)}/${'n'.repeat(100)}`,
      blocks: 1,
    },
    { name: 'a name of 101 bytes without a slash', entry: 'a'.repeat(101), blocks: 3 },
    { name: 'a last segment of 101 bytes', entry: `p/${'n'.repeat(101)}`, blocks: 3 },
    { name: 'a name that is not ASCII', entry: 'ä', blocks: 3 },
  ])('$name takes $blocks blocks', ({ entry, blocks }) => {
    expect(header(entry).length).toBe(blocks * 512);
  });

  it('takes a PAX size from 8 GiB on, and only from there', () => {
    expect(header('big', 2 ** 33 - 1).length).toBe(512);
    const pax = header('big', 2 ** 33);
    expect(pax.length).toBe(3 * 512);
    expect(Buffer.from(pax.subarray(512, 1024)).toString('latin1')).toContain(
      '19 size=8589934592\n',
    );
  });

  it.each(['', '/abs', 'a/../b', '..', 'a//b', 'a/', 'nul\0'])('refuses the name %j', (name) => {
    expect(() => header(name)).toThrow(expect.objectContaining({ code: 'TAR_NAME_INVALID' }));
  });

  it('refuses content on what is no file', () => {
    expect(() => tarHeader({ type: 'directory', name: 'd', mode: 0o755, size: 1 })).toThrow(
      expect.objectContaining({ code: 'TAR_HEADER_INVALID' }),
    );
  });
});

it('pads to whole blocks', () => {
  expect([0, 1, 511, 512, 513].map(tarPaddingBytes)).toEqual([0, 511, 1, 0, 511]);
});
