import { stringify } from 'yaml';
import { escapeInStrings } from './render-json.ts';

/**
 * A value as one YAML document. Every text stands in double quotes, so that no reader of an older YAML
 * takes `no` for false or a digest for a number, and escapes are those of JSON.
 */
export function renderYaml(value: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  const text = stringify(plain, {
    defaultKeyType: 'PLAIN',
    defaultStringType: 'QUOTE_DOUBLE',
    lineWidth: 0,
    aliasDuplicateObjects: false,
    version: '1.2',
    doubleQuotedAsJSON: true,
  });
  return escapeInStrings(text);
}
