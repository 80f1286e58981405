import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../src/adapters/memory/blob-store.ts';
import { MemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { MemoryWorkspace } from '../../src/adapters/memory/workspace.ts';
import { instructions } from '../../src/lint/containerfile.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { buildSource } from '../../src/operations/build-source.ts';
import { serviceContexts } from '../support/service-contexts.ts';

const folder = join(import.meta.dirname, '../../bundles/images');
const run = { signal: new AbortController().signal };
const textOf = (kind: string, name: string) => readFile(join(folder, kind, name), 'utf8');

interface Stage {
  readonly name: string;
  readonly steps: { readonly verb: string; readonly rest: string }[];
}

async function stagesOf(kind: string): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  for (const { words } of instructions(await textOf(kind, 'Containerfile'))) {
    const [verb = '', ...rest] = words;
    if (verb === 'FROM') stages.push({ name: rest.at(-1) ?? '', steps: [] });
    else stages.at(-1)?.steps.push({ verb, rest: rest.join(' ') });
  }
  return stages;
}

const kinds = Object.keys(serviceContexts);

describe('the Containerfiles of bundles/images', () => {
  it('are those that have a service to try them with', async () => {
    const entries = await readdir(folder, { withFileTypes: true });
    const there = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(there.sort()).toEqual(kinds.toSorted());
  });

  it.each(kinds)('%s: passes what is checked before a build, for both targets', async (kind) => {
    const files = {
      ...Object.fromEntries(
        Object.entries(serviceContexts[kind] ?? {}).map(([path, text]) => [`a/${path}`, text]),
      ),
      'a/Containerfile': await textOf(kind, 'Containerfile'),
      'a/.containerignore': await textOf(kind, '.containerignore'),
    };
    const base = `ex.com/bases/x@${digestOf('x')}`;
    const args = { BUILD_BASE: base, RUNTIME_BASE: base };
    const image = (target: string) => ({ context: 'a', target, args });
    const source = buildSource(
      {
        type: 'build',
        allowedBases: ['ex.com/bases/*'],
        images: {
          'ex.com/dev:1': image('development'),
          'ex.com/prod:1': image('production'),
        },
      },
      {
        workspace: new MemoryWorkspace(files),
        blobs: new MemoryBlobStore(),
        records: new MemoryRecordStore(),
        epochSeconds: 0,
        labels: () => ({}),
        origin: () => ({}),
        resolveBase: async () => undefined,
      },
    );
    for (const name of source.images) {
      const { bases, context } = await source.recipe(name, run);
      expect(bases.map(({ reference }) => reference)).toEqual([base]);
      const paths = context.entries.map(({ path }) => path);
      expect(paths).not.toContain('Containerfile');
      // What was fetched for a build is complete, whatever the ignore file leaves out elsewhere.
      const vendored = Object.keys(serviceContexts[kind] ?? {}).filter((path) =>
        /^(?:vendor|wheels|npm-cache)\//.test(path),
      );
      expect(paths).toEqual(expect.arrayContaining(vendored));
    }
  });

  it.each(kinds)('%s: ends as nobody, with nothing that builds', async (kind) => {
    const stages = await stagesOf(kind);
    const last = stages.at(-1);
    expect(last?.name).toBe('production');
    expect(stages.map(({ name }) => name)).toContain('development');
    for (const { name, steps } of stages.filter(({ name }) => /^(?:dev|prod)/.test(name))) {
      const user = steps.findIndex(({ verb }) => verb === 'USER');
      expect(steps[user], name).toEqual({ verb: 'USER', rest: '65532:65532' });
      expect(steps.slice(user).map(({ verb }) => verb)).not.toContain('RUN');
      expect(steps.filter(({ verb }) => verb === 'CMD' || verb === 'ENTRYPOINT')).toHaveLength(1);
    }
    expect(last?.steps.map(({ verb }) => verb)).not.toContain('RUN');
    expect(await textOf(kind, 'Containerfile')).toContain('FROM ${RUNTIME_BASE} AS production');
  });

  it.each(kinds.filter((kind) => kind !== 'migrations'))(
    '%s: has what others wrote in layers below the source, and caches that stay out of layers',
    async (kind) => {
      const stages = await stagesOf(kind);
      const dependencies = stages.find(({ name }) => name === 'dependencies');
      const copied = dependencies?.steps.filter(({ verb }) => verb === 'COPY') ?? [];
      expect(copied.length).toBeGreaterThan(0);
      for (const { rest } of copied) expect(rest).not.toMatch(/^(?:src|server|\.)\/? /);
      const steps = stages.flatMap(({ steps }) => steps.filter(({ verb }) => verb === 'RUN'));
      expect(steps.some(({ rest }) => rest.includes('--mount=type=cache,'))).toBe(true);
    },
  );
});
