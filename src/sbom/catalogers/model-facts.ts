/** What a file with the weights of a model says about it. */
export interface ModelFacts {
  readonly format: 'gguf' | 'safetensors';
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly licence: string;
  readonly author: string;
  /** Numbers in all tensors. */
  readonly parameters: number;
  readonly tensors: number;
  /** Kinds of numbers, by the count of parameters, most first. */
  readonly numberTypes: readonly string[];
  /** Of the whole file, hex. */
  readonly sha256: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Version of the file format, where it has one. */
  readonly formatVersion: number;
}

/** What `config.json` beside a model says. */
export interface ModelConfig {
  readonly architecture: string;
  readonly modelType: string;
  readonly quantization: string;
  readonly name: string;
}

/** Undefined for the many files of that name that are about something else. */
export function readModelConfig(text: string): ModelConfig | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const member = (of: unknown, name: string): unknown => Reflect.get(Object(of ?? {}), name);
  const word = (of: unknown): string => (typeof of === 'string' ? of : '');
  const architectures = member(value, 'architectures');
  const first: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const modelType = word(member(value, 'model_type'));
  if (word(first) === '' && modelType === '') return undefined;
  const quantization = member(value, 'quantization_config');
  const bits = member(quantization, 'bits');
  return {
    architecture: word(first),
    modelType,
    quantization:
      `${word(member(quantization, 'quant_method'))}${typeof bits === 'number' ? ` ${bits} bit` : ''}`.trim(),
    name: word(member(value, '_name_or_path')),
  };
}

/** The licence in the front matter of a model card; empty where it names none. */
export function modelCardLicence(text: string): string {
  const [, front] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  const [, licence = ''] = /^license:[ \t]*["']?([A-Za-z0-9.+-]+)/m.exec(front ?? '') ?? [];
  return licence;
}

/** Kinds of numbers, most of them first. */
export function ranked(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name);
}
