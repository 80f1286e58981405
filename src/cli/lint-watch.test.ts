import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LintRunRequest } from './lint-run.ts';
import { watchLint } from './lint-watch.ts';

const turso = join(import.meta.dirname, '../../bundles/packages/turso');
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-watch-'));
  await cp(turso, join(folder, 'turso'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function request(path = folder): LintRunRequest {
  return {
    path,
    flavor: undefined,
    zarfFlavor: undefined,
    policy: undefined,
    failOn: [],
    selection: { only: [], skip: ['security/*'] },
    clock: new Date('2026-01-01'),
    installDate: undefined,
    changed: undefined,
    format: 'text',
    reports: [],
    all: false,
    columns: Number.POSITIVE_INFINITY,
    annotate: false,
    programVersion: '0.0.0',
    renderer: { renderer: undefined, helm: undefined, kustomize: undefined },
  };
}

describe('watching', () => {
  it('judges again when something changes, and ends without a word', async () => {
    const stop = new AbortController();
    const said: string[] = [];
    const ended = watchLint(request(), (text) => void said.push(text), { signal: stop.signal });
    await vi.waitFor(() => expect(said).toHaveLength(1), 30_000);
    expect(said[0]).toMatch(/waiting for changes, Ctrl-C ends it$/);
    expect(said[0]).not.toContain('images-carried');
    const file = join(folder, 'turso/values/upstream-values.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('v0.24.32', 'v0.24.33'));
    await vi.waitFor(() => expect(said.at(-1)).toContain('deployment/images-carried'), 30_000);
    stop.abort();
    expect((await ended).verdict.outcome).toBe('fail');
  });

  it('says what keeps it from judging, and goes on', async () => {
    const stop = new AbortController();
    const said: string[] = [];
    const ended = watchLint(request(join(folder, 'turso/chart')), (text) => void said.push(text), {
      signal: stop.signal,
    });
    await vi.waitFor(() => expect(said).toHaveLength(1), 30_000);
    expect(said[0]).toContain('LINT_NOTHING_FOUND');
    stop.abort();
    // Nothing was judged, so there is nothing to hand on.
    await expect(ended).rejects.toThrow();
  });
});
