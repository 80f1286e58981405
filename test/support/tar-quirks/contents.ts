import { filePart, octal, pax, rendered, type TarPart } from '../tar-parts.ts';
import type { Quirk } from './quirk.ts';

const hidden = rendered(filePart('hidden', 'seen by some'));

function sized(name: string, delta: number, padding: TarPart['padding'] = 0): Quirk {
  return {
    name,
    apply: (draft) => {
      const length = Buffer.from(draft.entry.content as string).length;
      return {
        ...draft,
        entry: {
          ...draft.entry,
          fields: { ...draft.entry.fields, size: octal(Math.max(0, length + delta)) },
          padding,
        },
      };
    },
  };
}

function behind(name: string, bytes: Buffer): Quirk {
  return { name, apply: (draft) => ({ ...draft, after: [...draft.after, bytes] }) };
}

/** Sizes, padding, and bytes that stand where a header would. */
export const contents: readonly Quirk[] = [
  sized('size one too small', -1),
  sized('size one too large', 1),
  sized('size a block too large', 512),
  sized('padding of letters', 0, 0x78),
  sized('no padding', 0, 'none'),
  {
    name: 'content that is a header',
    apply: (draft) => ({
      ...draft,
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(hidden.length) },
        content: hidden,
      },
    }),
  },
  {
    name: 'content that is a header, of size zero',
    apply: (draft) => ({
      ...draft,
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(0) },
        content: hidden,
      },
    }),
  },
  {
    name: 'content that is a header, PAX says less',
    apply: (draft) => ({
      ...draft,
      before: [...draft.before, pax([['size', '0']])],
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(hidden.length) },
        content: hidden,
      },
    }),
  },
  {
    name: 'content that is a header, PAX says more',
    apply: (draft) => ({
      ...draft,
      before: [...draft.before, pax([['size', String(hidden.length)]])],
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(0) },
        content: hidden,
      },
    }),
  },
  behind('a zero block behind', Buffer.alloc(512)),
  behind('two zero blocks behind', Buffer.alloc(1024)),
  behind('half a zero block behind', Buffer.alloc(256)),
  behind('a block of letters behind', Buffer.alloc(512, 'x')),
  behind('a file behind', hidden),
  behind('a file behind two zero blocks', Buffer.concat([Buffer.alloc(1024), hidden])),
];
