import { describe, expect, it } from 'vitest';
import { memoryFetching } from '../../test/support/fetching.ts';
import { MemoryWebSource } from '../adapters/memory/web-source.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { ReleaseLock } from '../config/lock.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { FetchContentError, FetchError } from '../ports/fetch-error.ts';
import type { Run } from '../support/run.ts';
import { findOutdated } from './find-outdated.ts';
import { planRelease } from './plan-release.ts';
import { updateLock } from './update-lock.ts';

const run: Run = { signal: new AbortController().signal };
const at = (name: string): string => `https://example.com/${name}`;
const pinned = hexOf(digestOf('pinned'));
const files = ['same', 'moved', 'gone', 'new'].map(
  (name) => `{ source: '${at(name)}', target: /f }`,
);
const plan = await planRelease(
  { definitionPath: 'cowa-release.yaml', flavor: 'all', allowActions: false },
  {
    workspace: new MemoryWorkspace({
      'cowa-release.yaml': `apiVersion: cowa-release/v1
name: demo
version: 1.0.0
architecture: amd64
imageSources: []
remoteInputs: { hosts: [example.com] }
flavors: { cpu: { packages: [{ path: p }] } }
`,
      'p/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: p, version: 1.0.0 }
components:
  - name: a
    files: [${files.join(', ')}, { source: '${at('pinned')}', shasum: ${pinned}, target: /p }]
`,
    }),
  },
  run,
);
const entry = (name: string, content: string) => ({
  kind: 'file' as const,
  address: at(name),
  sha256: hexOf(digestOf(content)),
  size: content.length,
});
const lock: ReleaseLock = {
  schema: 'cowa-release/lock/v1',
  name: 'demo',
  architecture: 'amd64',
  flavors: {
    cpu: {
      images: [],
      payloads: [],
      inputs: [
        entry('gone', 'g'),
        entry('moved', 'old'),
        entry('pinned', 'pinned'),
        entry('same', 's'),
      ],
    },
  },
};
const ports = () => {
  const web = new MemoryWebSource({ [at('same')]: 's', [at('moved')]: 'now', [at('new')]: 'n' });
  return { web, images: [], artifacts: [], fetching: memoryFetching({ web }) };
};

describe('what definitions name by an address', () => {
  it('is told where its source gives something else now; what shasum names is not asked for', async () => {
    const { web, ...rest } = ports();
    const { entries, exitCode } = await findOutdated(plan, lock, rest, run);
    const states = entries.map(({ reference, kind, state }) => [reference, kind, state]);
    expect(states).toEqual([
      [at('gone'), 'file', 'gone'],
      [at('moved'), 'file', 'outdated'],
      [at('new'), 'file', 'unlocked'],
      [at('pinned'), 'file', 'pinned'],
      [at('same'), 'file', 'current'],
    ]);
    expect(entries[1]).toMatchObject({ locked: digestOf('old'), found: digestOf('now') });
    expect(exitCode).toBe(1);
    expect(web.asked).not.toContain(at('pinned'));
  });

  it.each([
    new FetchError('FETCH_UNREACHABLE', 'nobody answers'),
    new FetchContentError('FETCH_INCOMPLETE', 'it ended early'),
  ])('is unknown where its source cannot be asked: $code', async (error) => {
    const { web, ...rest } = ports();
    const open = web.open.bind(web);
    web.open = (address, expected) => {
      if (address === at('same')) throw error;
      return open(address, expected);
    };
    const { entries, exitCode } = await findOutdated(plan, lock, rest, run);
    expect(entries.find(({ state }) => state === 'unknown')).toMatchObject({
      reference: at('same'),
      code: error.code,
    });
    expect(exitCode).toBe(4);
  });

  it('is locked anew one by one, and everything else stays', async () => {
    const { web, ...rest } = ports();
    const updated = await updateLock(plan, lock, [at('moved')], rest, run);
    expect(updated.flavors['cpu']?.inputs).toEqual([
      entry('gone', 'g'),
      entry('moved', 'now'),
      entry('pinned', 'pinned'),
      entry('same', 's'),
    ]);
    expect(web.asked).toEqual([at('moved')]);
  });
});
