import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { ReleaseDefinition } from '../config/release-definition.ts';
import { loadLock } from './load-lock.ts';

const release: ReleaseDefinition = {
  apiVersion: 'cowa-release/v1',
  name: 'platform',
  version: '2.0.0',
  architecture: 'amd64',
  imageSources: [],
  flavors: {},
};
const lock = (changes: object = {}): string =>
  JSON.stringify({
    schema: 'cowa-release/lock/v1',
    name: 'platform',
    architecture: 'amd64',
    flavors: { cpu: { images: [], payloads: [] } },
    ...changes,
  });

describe('loadLock', () => {
  it('reads the lock beside the definition, of whatever version of the release', async () => {
    const workspace = new MemoryWorkspace({ 'release/cowa-release.lock.json': lock() });
    expect(await loadLock('release', workspace, release)).toMatchObject({
      flavors: { cpu: { images: [] } },
    });
  });

  it.each([
    { what: 'none', files: {}, says: /does not exist/ },
    {
      what: 'one of another release',
      files: { 'cowa-release.lock.json': lock({ name: 'other' }) },
      says: /is of other for amd64/,
    },
    {
      what: 'one of another architecture',
      files: { 'cowa-release.lock.json': lock({ architecture: 'arm64' }) },
      says: /is of platform for arm64/,
    },
    {
      what: 'no lock',
      files: { 'cowa-release.lock.json': '{"schema":"other"}' },
      says: /cowa-release\.lock\.json:1:/,
    },
  ])('refuses $what: RELEASE_LOCK_INVALID', async ({ files, says }) => {
    await expect(loadLock('.', new MemoryWorkspace(files), release)).rejects.toMatchObject({
      code: 'RELEASE_LOCK_INVALID',
      message: expect.stringMatching(says),
    });
  });
});
