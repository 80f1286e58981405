import type { Component } from './definition.ts';
import { PackUsageError } from './pack-error.ts';

const token = /###ZARF_PKG_(?:TMPL|VAR)_([A-Z0-9_]+)###/g;

/**
 * Fills create-time templates in the text of an authored definition. Deploy-time templates
 * (`###ZARF_VAR_X###`, `###ZARF_CONST_X###`) are left alone.
 * @throws PackUsageError PACK_TEMPLATE_MISSING naming every template without a value
 * @throws PackUsageError PACK_TEMPLATE_VALUE for a value that could change the structure of the document
 * @see shared reference of the Zarf package format, 3.5
 */
export function fillCreateTemplates(
  text: string,
  values: Readonly<Record<string, string>>,
  architecture: string,
  file: string,
): string {
  const missing = [...new Set([...text.matchAll(token)].map((match) => match[1] ?? ''))]
    .filter((name) => !Object.hasOwn(values, name))
    .sort();
  if (missing.length > 0) {
    throw new PackUsageError(
      'PACK_TEMPLATE_MISSING',
      `${file} has create-time templates without a value: ${missing.join(', ')}`,
      {
        suggestions: missing.map((name) => `Add ${name} under packages[].set in cowa-release.yaml`),
      },
    );
  }
  return text
    .replace(token, (_match, name: string) => plainValue(name, values[name] ?? ''))
    .replaceAll('###ZARF_PKG_ARCH###', architecture);
}

/** Only what means the same inside plain, single- and double-quoted YAML text. */
function plainValue(name: string, value: string): string {
  if (!/^[^\p{Cc}"'\\]*$/u.test(value) || /: | #|:$/.test(value)) {
    throw new PackUsageError(
      'PACK_TEMPLATE_VALUE',
      `the value of the create-time template ${name} holds a quote, a backslash, a control character, ': ' or ' #', which could change the definition`,
      { suggestions: ['Write such a text into the definition itself'] },
    );
  }
  return value;
}

/** Fills `###ZARF_COMPONENT_NAME###` in every text of a component. */
export function fillComponentName(component: Component): Component {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replaceAll('###ZARF_COMPONENT_NAME###', component.name);
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
  };
  return mapMembers(component, fill);
}

function mapMembers<T extends object>(value: T, change: (member: unknown) => unknown): T {
  const copy = { ...value };
  for (const key of Object.keys(copy)) Reflect.set(copy, key, change(Reflect.get(copy, key)));
  return copy;
}
