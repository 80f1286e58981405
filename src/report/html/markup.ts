import { escapeMarkup } from '../escape-markup.ts';

/** A piece of HTML that is safe as it stands. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

/**
 * HTML with values in it. Texts and numbers are escaped, for elements and for quoted attributes alike;
 * pieces of HTML stand as they are; nothing stands for undefined.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return {
    markup: strings.map((text, index) => `${text}${rendered(values[index])}`).join(''),
  };
}

/** Text of ours that needs no escaping: numbers of drawings, names of classes. */
export function raw(markup: string): Markup {
  return { markup };
}

function rendered(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeMarkup(part);
  if (typeof part === 'number') return String(part);
  if (isList(part)) return part.map(rendered).join('');
  return part.markup;
}

function isList(part: Exclude<Part, string | number | undefined>): part is readonly Part[] {
  return Array.isArray(part);
}
