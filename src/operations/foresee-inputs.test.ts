import { expect, it } from 'vitest';
import { smallRelease } from '../../test/support/small-release.ts';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { LockedInput } from '../config/lock.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { foreseeInputs } from './foresee-inputs.ts';
import { planRelease } from './plan-release.ts';

const run = { signal: new AbortController().signal };
const address = 'https://git.example.com/app.git@v1';
const commit = 'a'.repeat(40);
const digest = digestOf('tree');
const pin: LockedInput = { kind: 'repository', address, sha256: hexOf(digest), size: 4, commit };

it.each([
  { onlyLocked: false, cached: true, is: { state: 'asked' } },
  { onlyLocked: true, cached: false, is: { pinned: digest, commit, state: 'fetch', size: 4 } },
  { onlyLocked: true, cached: true, is: { pinned: digest, commit, state: 'cached', size: 4 } },
])('a repository that is locked: only that $onlyLocked, there $cached', async (given) => {
  const { onlyLocked, cached, is } = given;
  const files = smallRelease();
  const workspace = new MemoryWorkspace({
    ...files,
    'cowa-release.yaml': `${files['cowa-release.yaml']}remoteInputs: { hosts: [git.example.com] }\n`,
    'api/zarf.yaml': `${files['api/zarf.yaml']}    repos: ['${address}']\n`,
  });
  const plan = await planRelease(
    { definitionPath: 'cowa-release.yaml', flavor: 'all', allowActions: false },
    { workspace },
    run,
  );
  const blobs = new MemoryBlobStore();
  if (cached)
    await blobs.put(
      (async function* () {
        yield Buffer.from('tree');
      })(),
      {},
    );
  const locked = { images: [], payloads: [], inputs: [pin] };
  const flavors = { cpu: locked, gpu: locked };
  const lock = {
    schema: 'cowa-release/lock/v1',
    name: 'small',
    architecture: 'amd64',
    flavors,
  } as const;
  expect(await foreseeInputs(plan, { blobs, lock, onlyLocked })).toEqual([
    { kind: 'repository', address, flavors: ['cpu', 'gpu'], locked: true, ...is },
  ]);
});
