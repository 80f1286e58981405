import { parseYaml, type YamlDocument } from '../support/yaml-document.ts';
import type { Place, PlacedDocument } from './deployed-package.ts';

/** A placeholder in a text; line and column are 1-based. */
export interface Placeholder {
  /** Between `###ZARF_` and `###`: `VAR_SIZE`. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** YAML that is read before a deployment fills its placeholders. */
export interface PlaceholderDocument extends PlacedDocument {
  /** Where the value of a JSON pointer stands; `at` tells that of its key. */
  valueAt(pointer: string): Place;
  /** The spelling of a value that is not quoted; undefined for all else. */
  written(pointer: string): string | undefined;
}

const form = /###ZARF_([A-Z0-9_]+)###/g;

/** Every placeholder of a text, in order. */
export function placeholdersIn(text: string): readonly Placeholder[] {
  if (!text.includes('###ZARF_')) return [];
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(form)].map(({ 1: name = '', index: at }) => ({
      name,
      line: index + 1,
      column: at + 1,
    })),
  );
}

/** Names of the placeholders in a value, whatever it is. */
export function placeholderNames(value: string): readonly string[] {
  return [...value.matchAll(form)].map(([, name = '']) => name);
}

/**
 * Documents of a YAML text that still has its placeholders. Unquoted, `###` would begin a comment and the
 * value be lost: words of equal length stand in for them while it is read, so that places stay true.
 * Undefined when the text is no YAML.
 */
export function readWithPlaceholders(
  text: string,
  file: string,
): readonly PlaceholderDocument[] | undefined {
  const mark = markFor(text);
  const { documents, problems } = parseYaml(
    Buffer.from(text.replace(form, (_, name: string) => `${mark}ZARF_${name}${mark}`)),
  );
  if (problems.some(({ severity }) => severity === 'error')) return undefined;
  const restore = (value: string): string =>
    value.replaceAll(
      new RegExp(`${mark}ZARF_([A-Z0-9_]+)${mark}`, 'g'),
      (_, name: string) => `###ZARF_${name}###`,
    );
  return documents.map((document) => restored(document, file, restore));
}

function restored(
  document: YamlDocument,
  file: string,
  restore: (text: string) => string,
): PlaceholderDocument {
  return {
    file,
    value: restoredValue(document.value, restore),
    at: (pointer) => ({ file, ...document.locateKey(pointer) }),
    valueAt: (pointer) => ({ file, ...document.locate(pointer) }),
    written: (pointer) => {
      const source = document.written(pointer);
      return source === undefined ? undefined : restore(source);
    },
  };
}

/** Three letters that stand nowhere in the text before `ZARF_`. */
function markFor(text: string): string {
  return ['zzz', 'qqq', 'xxx', 'jjj', 'vvv'].find((mark) => !text.includes(mark)) ?? 'zqj';
}

function restoredValue(value: unknown, restore: (text: string) => string): unknown {
  if (typeof value === 'string') return restore(value);
  if (Array.isArray(value)) return value.map((item) => restoredValue(item, restore));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [restore(key), restoredValue(member, restore)]),
  );
}
