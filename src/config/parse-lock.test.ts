import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { lockSchema } from '../support/schemas.gen.ts';
import type { LockedImage, ReleaseLock } from './lock.ts';
import { parseLock } from './parse-lock.ts';
import { renderLock } from './render-lock.ts';

const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digestOf('l'),
  size: 3,
};
const image: LockedImage = {
  reference: 'registry.example.com/api:1',
  source: 'registry',
  indexDigest: digestOf('i'),
  platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf('m'),
  size: 2,
  config: { digest: digestOf('c'), size: 1 },
  layers: [layer],
};
const { config: _config, indexDigest: _index, platform: _platform, ...least } = image;
const lock: ReleaseLock = {
  schema: 'cowa-release/lock/v1',
  name: 'demo',
  architecture: 'arm64',
  flavors: {
    cpu: {
      images: [image, { ...least, reference: 'registry.example.com/web:1', layers: [] }],
      payloads: [{ path: 'weights/a.bin', sha256: 'ab'.repeat(32), size: 0 }],
      packages: [{ reference: 'registry.example.com/pkg:1', digest: digestOf('p') }],
    },
    gpu: { images: [], payloads: [] },
  },
};
const text = renderLock(lock);
const told = (changed: string) =>
  parseLock(Buffer.from(changed)).problems.map(
    ({ code, line, column }) => `${code} ${line}:${column}`,
  );

/** Line and column of a text in the lock. */
function placeOf(part: string, after = ''): string {
  const before = text.slice(0, text.indexOf(part, text.indexOf(after)));
  return `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
}

describe('the schema of the lock', () => {
  it('has every member that is written', () => {
    const places = { locate: () => ({ line: 1, column: 1 }) };
    expect(judgeSchema(lockSchema, JSON.parse(text), places, 'authored')).toEqual([]);
    expect(parseLock(Buffer.from(text)).lock).toEqual(lock);
  });
});

describe('parseLock', () => {
  it.each([
    ['nothing', '', 'DOCUMENT_SYNTAX 1:1'],
    ['half of it', text.slice(0, 20), 'DOCUMENT_SYNTAX 2:19'],
    [
      'a member twice',
      text.replace('"name": "demo"', '"name": "demo",\n  "name": "other"'),
      `DOCUMENT_DUPLICATE_KEY ${text.split('\n').findIndex((line) => line.includes('"demo"')) + 2}:3`,
    ],
    ['not UTF-8', text.replace('demo', '\ufeff'), ''],
    [
      'another version',
      text.replace('lock/v1', 'lock/v9'),
      `DOCUMENT_SCHEMA ${placeOf('"cowa-release/lock')}`,
    ],
    [
      'a digest that is none',
      text.replace(image.digest, 'sha256:AB'),
      `DOCUMENT_SCHEMA ${placeOf(`"${image.digest}"`)}`,
    ],
    [
      'a size below zero',
      text.replace('"size": 3', '"size": -3'),
      `DOCUMENT_SCHEMA ${placeOf('3', '"size": 3')}`,
    ],
    [
      'a size in words',
      text.replace('"size": 3', '"size": "3"'),
      `DOCUMENT_SCHEMA ${placeOf('3', '"size": 3')}`,
    ],
    [
      'a platform without system',
      text.replace('"os": "linux"', '"x-os": "linux"'),
      `DOCUMENT_SCHEMA ${placeOf('{', '"platform"')}`,
    ],
    [
      'one reference twice',
      text.replace('web:1', 'api:1'),
      `DOCUMENT_RULE ${placeOf('"registry.example.com/web:1"')}`,
    ],
    ['a list', '[]', 'DOCUMENT_SCHEMA 1:1'],
    ['nesting', '['.repeat(40), 'DOCUMENT_DEPTH 1:17'],
  ])('refuses %s', (name, changed, expected) => {
    if (name === 'not UTF-8')
      return expect(parseLock(Uint8Array.of(0x22, 0xff)).problems[0]?.code).toBe(
        'DOCUMENT_ENCODING',
      );
    expect(told(changed)).toContain(expected);
    return expect(parseLock(Buffer.from(changed)).lock).toBeUndefined();
  });

  it('refuses a byte-order mark', () =>
    expect(told(`\ufeff${text}`)).toEqual(['DOCUMENT_ENCODING 1:1']));

  it('leaves members of a newer program alone', () => {
    const newer = text.replace('"name": "demo"', '"name": "demo",\n  "news": [1]');
    expect(parseLock(Buffer.from(newer))).toMatchObject({ problems: [], lock: { name: 'demo' } });
  });
});
