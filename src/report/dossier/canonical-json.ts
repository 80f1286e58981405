/**
 * A plain value as the one JSON text that means it: members sorted by UTF-16 code units, no space, no
 * line break at the end. Members that are undefined are left out.
 * @throws TypeError for what JSON cannot say: other numbers than finite ones, lone surrogates, functions
 * @see RFC 8785, 3.2
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in JSON`);
    // Numbers of ECMAScript are written as RFC 8785 wants them; it has no minus zero.
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a text with a lone surrogate is no Unicode');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`a ${typeof value} has no form in JSON`);
}
