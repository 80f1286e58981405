/** Bytes of `512m`, `2g`; plain digits are bytes. Undefined for what is no such size. */
export function parseMemory(text: string): number | undefined {
  const [whole, count = '', unit = ''] = /^([0-9]+)([kmg]?)$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const bytes = Number(count) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
