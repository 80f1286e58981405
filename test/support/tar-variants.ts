import { type Seeded, seeded } from './seeded.ts';
import { filePart, rendered, type TarPart } from './tar-parts.ts';
import type { EntryDraft, Quirk } from './tar-quirks/quirk.ts';
import { allQuirks } from './tar-quirks.ts';

/** A tar that is unusual in ways its name tells. */
export interface TarVariant {
  readonly name: string;
  readonly bytes: Buffer;
}

const entries: readonly TarPart[] = [
  filePart('one.txt', 'first'),
  filePart('two', 'the second one\n'.repeat(40)),
  filePart('dir/three', 'third'),
];

const endings: readonly (readonly [string, Buffer])[] = [
  ['two zero blocks', Buffer.alloc(1024)],
  ['twenty zero blocks', Buffer.alloc(10_240)],
  ['one zero block', Buffer.alloc(512)],
  ['no zero block', Buffer.alloc(0)],
  ['half a zero block', Buffer.alloc(256)],
  ['two zero blocks and a half', Buffer.alloc(1280)],
  ['two zero blocks and letters', Buffer.concat([Buffer.alloc(1024), Buffer.alloc(512, 'x')])],
  [
    'two zero blocks and another tar',
    Buffer.concat([Buffer.alloc(1024), rendered(filePart('late', 'late')), Buffer.alloc(1024)]),
  ],
  [
    'one zero block and another tar',
    Buffer.concat([Buffer.alloc(512), rendered(filePart('late', 'late')), Buffer.alloc(1024)]),
  ],
];
const goodEnd = Buffer.alloc(1024);

/**
 * So many tars, the same for the same seed: first every quirk by itself on the middle one of three
 * entries, then every ending, then two or three quirks together on any of them.
 */
export function tarVariants(count: number, seed = 1): readonly TarVariant[] {
  const quirks = allQuirks();
  const alone = quirks.map((quirk): TarVariant => variant([quirk], 1, 'two zero blocks', goodEnd));
  const ended = endings.map(([name, bytes]): TarVariant => variant([], 1, name, bytes));
  const numbers = seeded(seed);
  const systematic = [...ended, ...alone];
  const together = Array.from({ length: Math.max(0, count - systematic.length) }, () =>
    several(quirks, numbers),
  );
  return [...systematic, ...together].slice(0, count);
}

/** So many of the variants, spread evenly. */
export function someVariants(all: readonly TarVariant[], count: number): readonly TarVariant[] {
  const step = Math.max(1, all.length / count);
  return Array.from(
    { length: Math.min(count, all.length) },
    (_, index) => all[Math.floor(index * step)],
  ).filter((each) => each !== undefined);
}

function several(quirks: readonly Quirk[], numbers: Seeded): TarVariant {
  const chosen = Array.from({ length: 1 + numbers.below(3) }, () => numbers.oneOf(quirks));
  const rare = numbers.below(8) === 0;
  const [name, bytes] = rare ? numbers.oneOf(endings) : (['two zero blocks', goodEnd] as const);
  return variant(chosen, numbers.below(entries.length), name, bytes);
}

function variant(
  quirks: readonly Quirk[],
  position: number,
  ending: string,
  end: Buffer,
): TarVariant {
  const parts = entries.map((entry, index) => {
    const plain: EntryDraft = { before: [], entry, after: [] };
    const draft =
      index === position ? quirks.reduce((made, quirk) => quirk.apply(made), plain) : plain;
    return Buffer.concat([...draft.before.map(rendered), rendered(draft.entry), ...draft.after]);
  });
  const what = quirks.map(({ name }) => name).join(' + ');
  return {
    name: `${what === '' ? 'nothing' : what} on entry ${position + 1}, ended by ${ending}`,
    bytes: Buffer.concat([...parts, end]),
  };
}
