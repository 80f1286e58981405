/**
 * Renders plain values as block YAML the way Go programs of this family do: two spaces, list dashes
 * not indented, keys in the order given. Scalars are quoted whenever a YAML 1.1 or 1.2 reader could
 * take them for something else than the string they are.
 */
export function renderYaml(value: unknown): string {
  const lines = block(value, '');
  return lines.length === 0 ? '{}\n' : `${lines.join('\n')}\n`;
}

function block(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listItem(item, indent));
  return entriesOf(value).flatMap(([key, member]) => {
    const name = `${indent}${needsQuotes(key) ? quoted(key) : key}:`;
    if (isEmpty(member) || !isCollection(member)) return [`${name} ${inline(member, indent)}`];
    return [name, ...block(member, Array.isArray(member) ? indent : `${indent}  `)];
  });
}

function listItem(item: unknown, indent: string): string[] {
  if (isEmpty(item) || !isCollection(item)) return [`${indent}- ${inline(item, indent)}`];
  const [first = '', ...rest] = block(item, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function inline(value: unknown, indent: string): string {
  if (Array.isArray(value)) return '[]';
  if (value !== null && typeof value === 'object') return '{}';
  if (typeof value === 'string') return scalar(value, indent);
  if (typeof value === 'number') return number(value);
  return value === undefined ? 'null' : String(value);
}

function number(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

const keyword = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;
// Anything that starts like a number is quoted unless it plainly is not one: a digit run with other words in it.
const numberLike =
  /^[-+]?(?:\.?\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|0x[\da-f_]+|0o[0-7_]+|0b[01_]+|\.inf|\.nan|\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?)$/i;
const dateLike = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt \t])/;
const specialFirst = /^(?:[*&[\]{},!|>%'"@`#\s]|[-?:](?:\s|$)|---|\.\.\.|<<$|=$)/;
// Under the u flag \p{Cs} is a surrogate that stands alone.
const control = /(?![\t\n])\p{Cc}|[\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u;

function scalar(text: string, indent: string): string {
  if (text.includes('\n') && fitsBlock(text)) return blockScalar(text, indent);
  return needsQuotes(text) ? quoted(text) : text;
}

function needsQuotes(text: string): boolean {
  return (
    text === '' ||
    keyword.test(text) ||
    numberLike.test(text) ||
    dateLike.test(text) ||
    specialFirst.test(text) ||
    /[:\s]$/.test(text) ||
    /[#\\\n\t]|: |- /.test(text) ||
    control.test(text)
  );
}

/** A text whose lines a literal block carries unchanged. */
function fitsBlock(text: string): boolean {
  return (
    !/^[\s]/.test(text) &&
    !/[\t\r#\\]|: |- |[ ]\n|[ ]$/.test(text) &&
    !control.test(text) &&
    text.replaceAll('\n', '') !== ''
  );
}

function blockScalar(text: string, indent: string): string {
  const trailing = /\n*$/.exec(text)?.[0].length ?? 0;
  const chomping = trailing === 0 ? '-' : trailing === 1 ? '' : '+';
  const body = trailing === 0 ? text : text.slice(0, -1);
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`));
  return `|${chomping}\n${lines.join('\n')}`;
}

/** JSON's escapes are YAML's too; the rest of what YAML calls non-printable is escaped besides. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isCollection(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : isCollection(value) && entriesOf(value).length === 0;
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(Object(value)).filter(([, member]) => member !== undefined);
}
