/** The value of an expression that is not understood; whatever depends on it is unknown too. */
export const unknown: unique symbol = Symbol('unknown');

type Apply = (...args: readonly unknown[]) => unknown;

/** What Go templates take for false. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '')
    return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A value as a template prints it. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A value as YAML: members of a mapping and items of a list one a line, what is in them as JSON. */
function asYaml(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 0 ? '[]' : value.map((item) => `- ${JSON.stringify(item)}`).join('\n');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value);
  return members.length === 0
    ? '{}'
    : members
        .map(([key, member]) => `${JSON.stringify(key)}: ${JSON.stringify(member)}`)
        .join('\n');
}

function indented(columns: unknown, text: unknown): string {
  const pad = ' '.repeat(Math.max(0, Math.min(200, Number(columns) || 0)));
  return shownValue(text)
    .split('\n')
    .map((line) => pad + line)
    .join('\n');
}

function whole(value: unknown): number {
  return Math.trunc(Number(value)) || 0;
}

function printed(format: unknown, ...args: readonly unknown[]): string {
  let next = 0;
  return shownValue(format).replace(/%(?:[sdvq]|%)/g, (verb) => {
    if (verb === '%%') return '%';
    const text = shownValue(args[next++]);
    return verb === '%q' ? JSON.stringify(text) : text;
  });
}

/**
 * Functions of chart templates that are evaluated here, of those that Helm and Sprig have. The piped
 * value is the last argument.
 * @see Helm, Template Function List
 */
export const templateFunctions: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['quote', (...args) => args.map((arg) => JSON.stringify(shownValue(arg))).join(' ')],
  ['squote', (...args) => args.map((arg) => `'${shownValue(arg)}'`).join(' ')],
  ['toString', (value) => shownValue(value)],
  ['int', (value) => whole(value)],
  ['int64', (value) => whole(value)],
  ['default', (fallback, value) => (isEmpty(value) ? fallback : value)],
  ['required', (_message, value) => value],
  ['coalesce', (...args) => args.find((arg) => !isEmpty(arg))],
  ['ternary', (yes, no, test) => (isEmpty(test) ? no : yes)],
  ['empty', (value) => isEmpty(value)],
  ['not', (value) => isEmpty(value)],
  ['and', (...args) => args.find(isEmpty) ?? args.at(-1)],
  ['or', (...args) => args.find((arg) => !isEmpty(arg)) ?? args.at(-1)],
  ['eq', (first, ...others) => others.some((other) => other === first)],
  ['ne', (a, b) => a !== b],
  ['gt', (a, b) => Number(a) > Number(b)],
  ['ge', (a, b) => Number(a) >= Number(b)],
  ['lt', (a, b) => Number(a) < Number(b)],
  ['le', (a, b) => Number(a) <= Number(b)],
  ['contains', (part, text) => shownValue(text).includes(shownValue(part))],
  [
    'hasKey',
    (mapping, key) =>
      typeof mapping === 'object' && mapping !== null && Object.hasOwn(mapping, shownValue(key)),
  ],
  ['lower', (text) => shownValue(text).toLowerCase()],
  ['upper', (text) => shownValue(text).toUpperCase()],
  ['trim', (text) => shownValue(text).trim()],
  ['trunc', (length, text) => shownValue(text).slice(0, Math.max(0, whole(length)))],
  [
    'trimSuffix',
    (suffix, text) =>
      shownValue(text).endsWith(shownValue(suffix)) && !isEmpty(suffix)
        ? shownValue(text).slice(0, -shownValue(suffix).length)
        : shownValue(text),
  ],
  [
    'replace',
    (from, to, text) => shownValue(text).replaceAll(shownValue(from), () => shownValue(to)),
  ],
  ['printf', printed],
  ['toYaml', (value) => asYaml(value)],
  ['toJson', (value) => JSON.stringify(value ?? null)],
  ['indent', (columns, text) => indented(columns, text)],
  ['nindent', (columns, text) => `\n${indented(columns, text)}`],
]);
