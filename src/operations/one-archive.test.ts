import { describe, expect, it } from 'vitest';
import { splitBytes } from '../../test/support/split-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { oneArchive } from './one-archive.ts';

const run = { signal: new AbortController().signal };
const parts = splitBytes('x.tar', Buffer.from('0123456789'), 4);
const files = {
  ...Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [`d/${name}`, bytes])),
  'e/x.tar': '0123456789',
};

describe('oneArchive', () => {
  it.each([
    ['a file', ['e/x.tar'], 'e/x.tar', false],
    ['what is not there', ['gone'], 'gone', false],
    ['a folder without parts', ['e'], 'e', false],
    ['a folder with parts', ['d'], 'd/x.tar', true],
    ['any part', ['d/x.tar.part002'], 'd/x.tar', true],
    ['several parts', ['d/x.tar.part002', 'd/x.tar.part000'], 'd/x.tar', true],
  ])('means %s', async (_what, locations, location, inParts) => {
    const found = await oneArchive(locations, new MemoryArchiveSource(files), run);
    expect(found.location).toBe(location);
    expect(found.parts !== undefined).toBe(inParts);
  });

  it.each([
    ['two files', ['e/x.tar', 'gone']],
    ['a file and parts', ['e/x.tar', 'd']],
  ])('refuses %s', async (_what, locations) => {
    await expect(oneArchive(locations, new MemoryArchiveSource(files), run)).rejects.toMatchObject({
      code: 'ARCHIVE_ONE',
      exitCode: 2,
    });
  });
});
