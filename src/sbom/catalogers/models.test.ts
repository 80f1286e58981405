import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { catalogued } from '../../../test/support/catalogued.ts';
import { sbomFaults } from '../../../test/support/official-schemas.ts';
import { renderSbom } from '../render-sbom.ts';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string): Buffer =>
  Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const field = (key: string, value: string): Buffer =>
  Buffer.concat([text(key), u32(8), text(value)]);
const list = (key: string, values: readonly string[]): Buffer =>
  Buffer.concat([text(key), u32(9), u32(8), u64(values.length), ...values.map(text)]);
const tensor = (name: string, shape: readonly number[], type: number): Buffer =>
  Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(type), u64(0)]);

function gguf(fields: readonly Buffer[], tensors: readonly Buffer[], version = 3): Buffer {
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    u64(tensors.length),
    u64(fields.length),
    ...fields,
    ...tensors,
    Buffer.alloc(5000),
  ]);
}

function safetensors(head: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  return Buffer.concat([u64(json.length), json, Buffer.alloc(100)]);
}

const llama = gguf(
  [
    field('general.architecture', 'llama'),
    field('general.name', 'Tiny'),
    field('general.license', 'apache-2.0'),
    field('general.author', 'A Lab'),
    list(
      'tokenizer.ggml.tokens',
      Array.from({ length: 20_000 }, (_, at) => `token ${at}`),
    ),
    Buffer.concat([text('llama.block_count'), u32(4), u32(2)]),
    Buffer.concat([text('x'), u32(9), u32(4), u64(3), u32(1), u32(2), u32(3)]),
  ],
  [tensor('a', [64, 100], 12), tensor('b', [10], 0)],
);

describe('model files', () => {
  it('in GGUF tell architecture, parameters, quantization, licence and digest', async () => {
    const inventory = await catalogued([{ path: 'models/tiny.gguf', content: llama }]);
    expect(inventory.packages).toMatchObject([
      {
        name: 'Tiny',
        supplier: 'A Lab',
        licences: [{ expression: 'Apache-2.0' }],
        hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(llama).digest('hex') }],
        metadata: {
          ggufVersion: 3,
          architecture: 'llama',
          quantization: 'Q4_K',
          parameters: 6410,
          tensorCount: 2,
        },
      },
    ]);
    const document = renderSbom(inventory, 'cyclonedx', { name: 'x', version: '1' });
    expect(sbomFaults('cyclonedx', document)).toEqual([]);
    expect(JSON.parse(Buffer.from(document).toString('utf8')).components[0]).toMatchObject({
      type: 'machine-learning-model',
      modelCard: { modelParameters: { modelArchitecture: 'llama' } },
    });
  });

  it('in safetensors are one model for all shards, described by what lies beside', async () => {
    const { packages } = await catalogued([
      {
        path: 'models/big/model-00001-of-00002.safetensors',
        content: safetensors({
          __metadata__: { format: 'pt' },
          a: { dtype: 'BF16', shape: [10, 20], data_offsets: [0, 400] },
        }),
      },
      {
        path: 'models/big/model-00002-of-00002.safetensors',
        content: safetensors({ b: { dtype: 'F32', shape: [5], data_offsets: [0, 20] } }),
      },
      {
        path: 'models/big/config.json',
        content: JSON.stringify({
          architectures: ['LlamaForCausalLM'],
          model_type: 'llama',
          _name_or_path: 'org/big-7b',
          quantization_config: { quant_method: 'awq', bits: 4 },
        }),
      },
      { path: 'models/big/README.md', content: '---\nlicense: mit\n---\n# big\n' },
      { path: 'other/config.json', content: '{"a":1}' },
    ]);
    expect(packages).toMatchObject([
      {
        name: 'big-7b',
        licences: [{ expression: 'MIT' }],
        model: {
          architecture: 'LlamaForCausalLM',
          properties: { parameters: '205', tensors: '2', quantization: 'awq 4 bit' },
        },
      },
    ]);
    expect(packages[0]?.locations.map(({ path, primary }) => [path, primary])).toEqual([
      ['/models/big/model-00001-of-00002.safetensors', true],
      ['/models/big/model-00002-of-00002.safetensors', true],
      ['/models/big/config.json', false],
      ['/models/big/README.md', false],
    ]);
  });

  it.each([
    { name: 'that is something else', path: 'a.gguf', content: Buffer.alloc(100_000, 7) },
    { name: 'of an unknown version', path: 'a.gguf', content: gguf([], [], 9) },
    { name: 'cut short', path: 'a.gguf', content: llama.subarray(0, 1000) },
    {
      name: 'with more entries than any model',
      path: 'a.gguf',
      content: Buffer.concat([Buffer.from('GGUF'), u32(3), u64(2 ** 40), u64(1)]),
    },
    { name: 'without a head', path: 'a.safetensors', content: Buffer.alloc(3) },
    {
      name: 'with a head that is no JSON',
      path: 'a.safetensors',
      content: Buffer.concat([u64(5), Buffer.from('hello')]),
    },
    { name: 'with a head too large', path: 'a.safetensors', content: u64(2 ** 40) },
    { name: 'with tensors that are none', path: 'a.safetensors', content: safetensors({ a: 1 }) },
  ])('$name is a fault, not a crash', async ({ path, content }) => {
    const { packages, coverage } = await catalogued([{ path, content }]);
    expect(packages).toEqual([]);
    expect(coverage.faults).toHaveLength(1);
  });
});
