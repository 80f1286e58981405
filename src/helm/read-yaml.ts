import { parseDocument } from 'yaml';
import { fromPlain, type GoValue } from './go-value.ts';
import { TemplateFailure, TemplateUndecided } from './template-fault.ts';

/** Not resolved by Helm's reader, or turned back into text by the way over JSON. */
const leftOut = [
  'tag:yaml.org,2002:timestamp',
  'tag:yaml.org,2002:set',
  'tag:yaml.org,2002:omap',
  'tag:yaml.org,2002:pairs',
];

/** Octal as YAML 1.2 writes it, which Helm's reader takes too. */
const octal = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text: string) => {
    const sign = text.startsWith('-') ? -1 : 1;
    return sign * Number(text.replace(/^[-+]/, '').replaceAll('_', ''));
  },
};

const options = {
  version: '1.1',
  merge: true,
  uniqueKeys: false,
  customTags: (tags: readonly unknown[]) => [
    octal,
    ...tags
      .filter((tag) => !leftOut.includes(tagOf(tag)) && formatOf(tag) !== 'TIME')
      .map(withDigits),
  ],
} as const;

/** A point or a sign alone is no number. */
function withDigits(tag: unknown): unknown {
  if (typeof tag !== 'object' || tag === null || !('test' in tag)) return tag;
  const { test } = tag;
  if (tagOf(tag) !== 'tag:yaml.org,2002:float' || !(test instanceof RegExp)) return tag;
  const named = /nan|inf/i.test(test.source);
  return named ? tag : { ...tag, test: new RegExp(`^(?=.*[0-9])(?:${test.source})`, test.flags) };
}

/**
 * One YAML document as Helm reads it: YAML 1.1 words, every number a float64, keys as text.
 * @throws TemplateFailure for text that is no YAML; TemplateUndecided for numbers that are none
 */
export function readYaml(text: string): GoValue {
  // biome-ignore lint/suspicious/noExplicitAny: the library types tags by their own shapes
  const document = parseDocument(text, options as any);
  const [error] = document.errors;
  if (error !== undefined) throw new TemplateFailure(error.message.split('\n')[0] ?? 'no YAML');
  return plainToGo(document.toJS({ mapAsMap: true, maxAliasCount: 1000 }));
}

function plainToGo(value: unknown): GoValue {
  return fromPlain(checked(value));
}

function checked(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TemplateUndecided('yaml', 'a number that is none, which Helm cannot pass on');
  if (Array.isArray(value)) return value.map(checked);
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [keyText(key), checked(item)]));
  return value;
}

function keyText(key: unknown): string {
  if (key === null) return 'null';
  if (typeof key === 'object') throw new TemplateUndecided('yaml', 'a key that is a list or a map');
  return String(key);
}

function tagOf(tag: unknown): string {
  return typeof tag === 'object' && tag !== null && 'tag' in tag ? String(tag.tag) : '';
}

function formatOf(tag: unknown): string {
  return typeof tag === 'object' && tag !== null && 'format' in tag ? String(tag.format) : '';
}
