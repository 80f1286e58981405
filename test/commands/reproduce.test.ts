import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import Assemble from '../../src/commands/assemble.ts';
import Images from '../../src/commands/images/lock.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Reproduce from '../../src/commands/reproduce.ts';
import { smallRelease } from '../support/small-release.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);
const common = () => ['-f', at('cowa-release.yaml'), '--cache-dir', at('cache')];
const api = () => at('dist/gpu/zarf-package-api-amd64-1.2.3.tar.zst');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-reproduce-'));
  for (const [path, content] of Object.entries(smallRelease())) {
    if (typeof content !== 'string' && !(content instanceof Uint8Array)) continue;
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  }
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await captureOutput(() => KeysGenerate.run(['--out', at('release')], { root }));
  await captureOutput(() => Images.run([...common()], { root }));
  await captureOutput(() =>
    Assemble.run(
      [...common(), '--flavor', 'gpu', '--out', at('dist'), '--key', at('release.key')],
      { root },
    ),
  );
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

const reproduce = (...args: readonly string[]) =>
  captureOutput<Awaited<ReturnType<Reproduce['run']>>>(() =>
    Reproduce.run([...common(), ...args], { root }),
  );

describe('reproduce', () => {
  it('finds every byte again, by the lock and with the key beside the archive', async () => {
    const { stdout, stderr, error } = await reproduce(api(), '--locked');
    expect(error).toBeUndefined();
    expect(stderr).not.toMatch(/failed|report and statement/);
    expect(stdout).toMatch(/^IDENTICAL {2}zarf-package-api.*its signatures fit/);
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('says where it differs, signs that, and prints what its schema describes', async () => {
    const statement = at('result.intoto.jsonl');
    await appendFile(at('api/config.yaml'), '# changed\n');
    const { stdout, error } = await reproduce(
      ...[api(), '--json', '--attest', statement, '--attest-key', at('release.key')],
    );
    expect(error).toBeUndefined();
    expect(process.exitCode).toBe(1);
    const schema = await readFile(join(root, 'schemas/reproduce-result.schema.json'), 'utf8');
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema));
    const result = JSON.parse(stdout);
    validate(result);
    expect(validate.errors ?? []).toEqual([]);
    expect(result).toMatchObject({ outcome: 'different', statement });
    const { dsseEnvelope } = JSON.parse(await readFile(statement, 'utf8'));
    const { predicate } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8'));
    expect(predicate).toMatchObject({
      outcome: 'different',
      first: 'content: main/manifests/config-0.yaml has other bytes from byte 84 on',
    });
    expect(predicate.inputs.map(({ name }: { name: string }) => name)).toEqual([
      'cowa-release.yaml',
      'cowa-release.lock.json',
    ]);
    const text = (await reproduce(api())).stdout;
    expect(text).toContain('DIFFERENT');
    expect(text).toContain('  content: main/manifests/config-0.yaml has other bytes');
  });

  it('says which archives the definition makes, when it makes no such one', async () => {
    const other = at('dist/gpu/other.tar.zst');
    await writeFile(other, await readFile(api()));
    const { error } = await reproduce(other);
    expect(error).toMatchObject({ code: 'REPRODUCE_NOT_PLANNED' });
  });

  it('wants a key to sign the result with', async () => {
    const { error } = await reproduce(api(), '--attest', at('x.jsonl'));
    expect(error).toMatchObject({ code: 'ATTEST_KEY_MISSING' });
  });
});
