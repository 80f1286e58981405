import type { PackageDefinition } from './definition.ts';

/** A text whose placeholders were filled, and where. */
export interface FilledText {
  readonly text: string;
  /** In order: offset and length in the text before, length of what stands there now. */
  readonly replaced: readonly {
    readonly at: number;
    readonly length: number;
    readonly now: number;
  }[];
}

/** Puts into a text what a deployment puts there. */
export type Fill = (text: string) => FilledText;

/**
 * What a deployment puts in the place of constants and variables. One without a value stays a placeholder, as do
 * those that only a cluster settles.
 * @param given values of variables, by their name in capitals, that win over defaults
 * @param open variables that stay placeholders, whatever value they have
 * @see shared reference of the Zarf package format, 3.5
 */
export function fillPlaceholders(
  definition: Pick<PackageDefinition, 'variables' | 'constants'> | undefined,
  given: ReadonlyMap<string, string> = new Map(),
  open: ReadonlySet<string> = new Set(),
): Fill {
  const values = new Map<string, { readonly value: string; readonly autoIndent: boolean }>();
  for (const [name, value] of given) values.set(`VAR_${name}`, { value, autoIndent: false });
  for (const { name, default: own, type, autoIndent = false } of definition?.variables ?? []) {
    const value = given.get(name) ?? own;
    // A file's content is read where it is deployed.
    if (value !== undefined && type !== 'file') values.set(`VAR_${name}`, { value, autoIndent });
    else values.delete(`VAR_${name}`);
  }
  for (const name of open) values.delete(`VAR_${name}`);
  for (const { name, value, autoIndent = false } of definition?.constants ?? [])
    values.set(`CONST_${name}`, { value, autoIndent });
  return (text) => {
    if (!text.includes('###ZARF_')) return { text, replaced: [] };
    const replaced: { at: number; length: number; now: number }[] = [];
    const filled = text.replace(/###ZARF_([A-Z0-9_]+)###/g, (whole, name: string, at: number) => {
      const found = values.get(name);
      if (found === undefined) return whole;
      const value = found.autoIndent ? indented(found.value, text, at) : found.value;
      replaced.push({ at, length: whole.length, now: value.length });
      return value;
    });
    return { text: filled, replaced };
  };
}

/** Further lines of a value begin where its first one does. */
function indented(value: string, text: string, at: number): string {
  const column = at - (text.lastIndexOf('\n', at - 1) + 1);
  return value.replaceAll('\n', `\n${' '.repeat(column)}`);
}

/** The offset before filling of one behind it; inside of a value: where its placeholder stood. */
export function offsetBefore({ replaced }: Pick<FilledText, 'replaced'>, offset: number): number {
  let shift = 0;
  for (const { at, length, now } of replaced) {
    const start = at + shift;
    if (offset < start) break;
    if (offset < start + now) return at;
    shift += now - length;
  }
  return offset - shift;
}

/** True for what only a deployment settles: it is shown as such, never as a name. */
export function isUnresolved(value: string): boolean {
  return value.includes('###');
}
