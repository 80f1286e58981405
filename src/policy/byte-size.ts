const factors: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Bytes of `512MiB`, `2.5 GB` or a plain number, rounded to whole bytes; undefined for nothing or what is no size. */
export function parseByteSize(text: string | number | undefined): number | undefined {
  if (typeof text !== 'string') return text;
  const [, number, unit = 'B'] = /^([0-9]+(?:\.[0-9]+)?) ?([KMGT]i?B|B)?$/.exec(text) ?? [];
  const factor = factors[unit];
  return number === undefined || factor === undefined
    ? undefined
    : Math.round(Number(number) * factor);
}
