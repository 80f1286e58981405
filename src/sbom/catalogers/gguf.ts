import { type ModelFacts, ranked } from './model-facts.ts';

/** Facts of the head of a GGUF file. */
export type GgufHead = Omit<ModelFacts, 'sha256' | 'size'>;

const maxEntries = 200_000;
const fixedBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const tensorTypes: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  8: 'Q8_0',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  14: 'Q6_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  30: 'BF16',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
};

/**
 * Reads metadata and tensor descriptions at the front of a GGUF file.
 * @returns undefined where the bytes end before them
 * @throws RangeError for a file that is no GGUF, or of a version before 2
 * @see GGUF specification, version 3
 */
export function readGguf(bytes: Buffer): GgufHead | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'GGUF') throw new RangeError('it is no GGUF file');
  const reader = new Reader(bytes, 4);
  try {
    const formatVersion = reader.u32();
    if (formatVersion < 2 || formatVersion > 3)
      throw new RangeError(`GGUF version ${formatVersion} is not known`);
    const tensors = reader.u64();
    const entries = reader.u64();
    if (tensors > maxEntries || entries > maxEntries)
      throw new RangeError('a GGUF file with more entries than any model has');
    const fields = new Map<string, string>();
    for (let entry = 0; entry < entries; entry++) {
      const key = reader.text();
      const value = reader.value(reader.u32(), 0);
      if (value !== undefined) fields.set(key, value);
    }
    let parameters = 0;
    const types = new Map<string, number>();
    for (let tensor = 0; tensor < tensors; tensor++) {
      reader.text();
      const dimensions = reader.u32();
      if (dimensions > 8) throw new RangeError('a tensor of more than 8 dimensions');
      let count = 1;
      for (let dimension = 0; dimension < dimensions; dimension++) count *= reader.u64();
      const type = reader.u32();
      reader.u64();
      parameters += count;
      const name = tensorTypes[type] ?? `type ${type}`;
      types.set(name, (types.get(name) ?? 0) + count);
    }
    const field = (key: string): string => fields.get(key) ?? '';
    return {
      format: 'gguf',
      name: field('general.name'),
      version: field('general.version'),
      architecture: field('general.architecture'),
      licence: field('general.license'),
      author: field('general.author') || field('general.organization'),
      parameters,
      tensors,
      numberTypes: ranked(types),
      formatVersion,
    };
  } catch (error) {
    if (error instanceof CutShort) return undefined;
    throw error;
  }
}

class CutShort extends Error {}

class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#skip(4));
  }

  u64(): number {
    return Number(this.#bytes.readBigUInt64LE(this.#skip(8)));
  }

  text(): string {
    const length = this.u64();
    const from = this.#skip(length);
    return this.#bytes.toString('utf8', from, from + length);
  }

  /** Text as it is, small numbers as text; undefined for what nobody asks for. */
  value(type: number, depth: number): string | undefined {
    if (type === 8) return this.text();
    if (type === 9) {
      if (depth > 3) throw new RangeError('lists nested deeper than any model has');
      const inner = this.u32();
      const length = this.u64();
      const fixed = fixedBytes[inner];
      if (fixed !== undefined) this.#skip(fixed * length);
      else for (let item = 0; item < length; item++) this.value(inner, depth + 1);
      return undefined;
    }
    const size = fixedBytes[type];
    if (size === undefined) throw new RangeError(`a value of the unknown type ${type}`);
    const from = this.#skip(size);
    return type === 4 ? String(this.#bytes.readUInt32LE(from)) : undefined;
  }

  #skip(length: number): number {
    const from = this.#at;
    if (!Number.isSafeInteger(length) || from + length > this.#bytes.length) throw new CutShort();
    this.#at = from + length;
    return from;
  }
}
