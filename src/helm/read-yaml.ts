import { type CollectionTag, parseDocument, type ScalarTag, type Tags } from 'yaml';
import type { YamlDialect } from '../support/yaml-document.ts';
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

const customTags = (tags: Tags): Tags => [
  octal,
  ...tags
    .filter((tag) => !leftOut.includes(tagOf(tag)) && formatOf(tag) !== 'TIME')
    .map(withDigits),
];

const options = { version: '1.1', merge: true, uniqueKeys: false, customTags } as const;

/** How Helm and the tools of Kubernetes read objects: words of YAML 1.1, and of a key given twice the last. */
export const kubernetesYaml: YamlDialect = {
  composer: { version: '1.1', customTags },
  lastKeyWins: true,
};

type Tag = Tags[number];

/** A point or a sign alone is no number. */
function withDigits(tag: Tag): Tag {
  if (typeof tag === 'string' || !isScalarTag(tag)) return tag;
  const { test } = tag;
  if (tag.tag !== 'tag:yaml.org,2002:float' || test === undefined) return tag;
  if (/nan|inf/i.test(test.source)) return tag;
  return { ...tag, test: new RegExp(`^(?=.*[0-9])(?:${test.source})`, test.flags) };
}

function isScalarTag(tag: ScalarTag | CollectionTag): tag is ScalarTag {
  return tag.collection === undefined;
}

/**
 * One YAML document as Helm reads it: YAML 1.1 words, every number a float64, keys as text.
 * @throws TemplateFailure for text that is no YAML; TemplateUndecided for numbers that are none
 */
export function readYaml(text: string): GoValue {
  try {
    const document = parseDocument(text, options);
    const [error] = document.errors;
    if (error?.code === 'RESOURCE_EXHAUSTION') throw new RangeError(error.message);
    if (error !== undefined) throw new TemplateFailure(error.message.split('\n')[0] ?? 'no YAML');
    return plainToGo(document.toJS({ mapAsMap: true, maxAliasCount: 1000 }));
  } catch (error) {
    // The library's recursion at its end, and its bound of aliases.
    if (error instanceof RangeError || error instanceof ReferenceError)
      throw new TemplateUndecided('yaml', 'a text nested or repeated more than is looked at');
    throw error;
  }
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

function tagOf(tag: Tag): string {
  return typeof tag === 'string' ? tag : tag.tag;
}

function formatOf(tag: Tag): string {
  return typeof tag !== 'string' && isScalarTag(tag) ? (tag.format ?? '') : '';
}
