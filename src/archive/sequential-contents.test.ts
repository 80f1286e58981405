import { describe, expect, it } from 'vitest';
import { SequentialContents } from './sequential-contents.ts';
import type { TarEntry } from './tar-reader.ts';

function entry(name: string, text: string, log: string[] = []): TarEntry {
  return {
    name,
    nameIsUtf8: true,
    type: 'file',
    mode: 0o644,
    size: text.length,
    linkTarget: undefined,
    oddities: [],
    async *content() {
      log.push(`begin ${name}`);
      for (const letter of text) {
        await Promise.resolve();
        yield Buffer.from(letter);
      }
      log.push(`end ${name}`);
    },
  };
}

function contents(entries: readonly TarEntry[]): SequentialContents {
  return new SequentialContents(async function* () {
    yield* entries;
  });
}

const named = (name: string) => (other: TarEntry) => other.name === name;
const text = async (pieces: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(pieces)).toString();

describe('SequentialContents', () => {
  it('gives each its own, in turn, when all are asked for at once and backwards', async () => {
    const log: string[] = [];
    const all = contents(['a', 'b', 'c'].map((name) => entry(name, name.repeat(3), log)));
    const [c, b, a] = await Promise.all([
      text(all.read(2, named('c'))),
      text(all.read(1, named('b'))),
      text(all.read(0, named('a'))),
    ]);
    expect([a, b, c]).toEqual(['aaa', 'bbb', 'ccc']);
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  });

  it('passes over entries that have no turn', async () => {
    const all = contents([entry('skipped', 'xx'), entry('a', 'aa')]);
    expect(await text(all.read(0, named('a')))).toBe('aa');
  });

  it('wakes everybody when one fails', async () => {
    const broken: TarEntry = {
      ...entry('a', 'aa'),
      async *content() {
        yield Buffer.from('a');
        throw new Error('the medium');
      },
    };
    const all = contents([broken, entry('b', 'b'), entry('c', 'c')]);
    const reading = await Promise.allSettled([
      text(all.read(2, named('c'))),
      text(all.read(0, named('a'))),
      text(all.read(1, named('b'))),
    ]);
    expect(reading.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('does not go on behind a content that was left half read', async () => {
    const all = contents([entry('a', 'aaa'), entry('b', 'b')]);
    for await (const _ of all.read(0, named('a'))) break;
    await expect(text(all.read(1, named('b')))).rejects.toMatchObject({ code: 'TAR_TRUNCATED' });
  });

  it('notices another archive: TAR_TRUNCATED', async () => {
    const all = contents([entry('other', 'x')]);
    await expect(text(all.read(0, named('a')))).rejects.toMatchObject({ code: 'TAR_TRUNCATED' });
  });
});
