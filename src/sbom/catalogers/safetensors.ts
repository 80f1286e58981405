import { type ModelFacts, ranked } from './model-facts.ts';

/** The most that is read as the head of such a file. */
export const maxSafetensorsHead = 100 * 10 ** 6;

/**
 * Reads the head of a safetensors file: kinds and shapes of its tensors.
 * @returns undefined where the bytes end before it
 * @throws RangeError for a head that is none
 * @see safetensors format description
 */
export function readSafetensors(bytes: Buffer): Omit<ModelFacts, 'sha256' | 'size'> | undefined {
  if (bytes.length < 8) return undefined;
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > maxSafetensorsHead) throw new RangeError('it is no safetensors file');
  if (bytes.length < 8 + length) return undefined;
  const head: unknown = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  let parameters = 0;
  let tensors = 0;
  const types = new Map<string, number>();
  const notes: unknown = Reflect.get(Object(head), '__metadata__');
  for (const [name, tensor] of Object.entries(Object(head))) {
    if (name === '__metadata__') continue;
    const { dtype, shape }: Record<string, unknown> = Object(tensor);
    if (typeof dtype !== 'string' || !Array.isArray(shape))
      throw new RangeError('it is no safetensors file');
    const count = shape.reduce((product: number, size: unknown) => product * Number(size), 1);
    tensors += 1;
    parameters += count;
    types.set(dtype, (types.get(dtype) ?? 0) + count);
  }
  const note = (key: string): string => {
    const value: unknown = Reflect.get(Object(notes ?? {}), key);
    return typeof value === 'string' ? value : '';
  };
  return {
    format: 'safetensors',
    name: note('modelspec.title'),
    version: note('modelspec.version'),
    architecture: note('modelspec.architecture'),
    licence: note('modelspec.license'),
    author: note('modelspec.author'),
    parameters,
    tensors,
    numberTypes: ranked(types),
    formatVersion: 0,
  };
}
