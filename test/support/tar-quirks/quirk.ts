import type { TarPart } from '../tar-parts.ts';

/** An entry under construction: extended headers before it, itself, and anything behind it. */
export interface EntryDraft {
  readonly before: readonly TarPart[];
  readonly entry: TarPart;
  readonly after: readonly Buffer[];
}

/** One way in which an entry can be out of the ordinary. */
export interface Quirk {
  readonly name: string;
  apply(draft: EntryDraft): EntryDraft;
}

/** A name that is not the one of the entry. */
export const other = 'other/name';

/** Fields of the header that say something else. */
export function fields(name: string, changes: TarPart['fields']): Quirk {
  return {
    name,
    apply: (draft) => ({
      ...draft,
      entry: { ...draft.entry, fields: { ...draft.entry.fields, ...changes } },
    }),
  };
}

/** Parts that stand before the entry. */
export function before(name: string, ...parts: readonly TarPart[]): Quirk {
  return { name, apply: (draft) => ({ ...draft, before: [...draft.before, ...parts] }) };
}

/** A number in base 256, as wide as its field. */
export function base256(value: number, width: number, marker = 0x80): Buffer {
  const field = Buffer.alloc(width);
  field.writeUInt32BE(value, width - 4);
  field[0] = marker;
  return field;
}
