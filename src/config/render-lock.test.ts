import { expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import type { ReleaseLock } from './lock.ts';
import { parseLock } from './parse-lock.ts';
import { renderLock } from './render-lock.ts';

const image = {
  reference: 'a',
  source: 'registry',
  indexDigest: digestOf('i'),
  platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
  mediaType: 'm',
  digest: digestOf('d'),
  size: 1,
  layers: [],
};
const flavor = { payloads: [{ size: 1, sha256: 'ab'.repeat(32), path: 'p' }], images: [image] };
const lock: ReleaseLock = {
  schema: 'cowa-release/lock/v1',
  name: 'n',
  architecture: 'arm64',
  flavors: { gpu: flavor, cpu: flavor },
};

it('writes a lock in one form whatever the order of its members, and reads it back', () => {
  const text = renderLock(lock);
  const { schema, name, architecture } = lock;
  expect(text).toBe(
    renderLock({ flavors: { cpu: flavor, gpu: flavor }, architecture, name, schema }),
  );
  expect(text.endsWith('}\n')).toBe(true);
  expect(parseLock(Buffer.from(text)).lock).toEqual(lock);
});

it.each([
  ['no JSON', '{'],
  ['a doubled member', '{"name":"a","name":"b"}'],
  ['another version', renderLock(lock).replace('lock/v1', 'lock/v9')],
  ['a digest that is none', renderLock(lock).replace(image.digest, 'sha256:1')],
  ['a missing member', renderLock(lock).replace('"payloads"', '"x-payloads"')],
])('refuses %s', (_, text) => {
  const { lock: read, problems } = parseLock(Buffer.from(text));
  expect(read).toBeUndefined();
  expect(problems.length).toBeGreaterThan(0);
});
