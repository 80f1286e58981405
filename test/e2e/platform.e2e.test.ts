import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillRegistry } from '../../tools/fill-registry.ts';
import { builtProgram, notBuilt } from '../support/built-program.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';

const missing = await missingPrograms('docker-registry');
const skipped = notBuilt ?? (missing.length > 0 ? `no ${missing.join(', ')}` : undefined);
const bundles = join(import.meta.dirname, '../../bundles');
const env = { COWA_KEY_PASSWORD: 'a password' };

describe.skipIf(skipped !== undefined)(
  `the platform's own definitions${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
  () => {
    let folder = '';
    let registry: LocalRegistry;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cowa-platform-'));
      registry = await startRegistry('plain');
      await fillRegistry(join(bundles, 'stand-ins/cowa-release.yaml'), registry.host);
    });

    afterAll(async () => {
      await registry[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    it('assemble completely in both flavors from a registry, and pass', async () => {
      const key = join(folder, 'signer');
      expect(await builtProgram(['keys', 'generate', '--out', key], { env })).toMatchObject({
        code: 0,
      });
      const overrides = ['ghcr.io', 'docker.io', 'cgr.dev'].flatMap((host) => [
        '--registry-override',
        `${host}=${registry.host}`,
      ]);
      const made = await builtProgram(
        [
          ...['assemble', '-f', join(bundles, 'cowa-release.yaml'), '--flavor', 'all'],
          ...['--key', `${key}.key`, '--quiet', '--out', join(folder, 'dist')],
          ...['--cache-dir', join(folder, 'cache'), ...overrides],
        ],
        { env },
      );
      expect(made).toMatchObject({ code: 0 });
      for (const [flavor, chat] of [
        ['cpu', 'llama-cpp-python'],
        ['gpu', 'vllm'],
      ] as const) {
        const dist = join(folder, 'dist', flavor);
        const archives = (await readdir(dist)).filter((name) => name.endsWith('.tar.zst')).sort();
        expect(archives).toEqual(
          [
            `uds-bundle-cowabungaai-${flavor}-amd64-0.14.0.tar.zst`,
            ...['cowabunga-api', 'cowabunga-ui', chat, 'text-embeddings', 'turso', 'whisper'].map(
              (name) => `zarf-package-${name}-amd64-0.14.0-upstream.tar.zst`,
            ),
          ].sort(),
        );
        expect(await builtProgram(['verify', dist, '--key', `${key}.pub`])).toMatchObject({
          code: 0,
        });
      }
    });
  },
);
