import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { checkPayload, requireLockedFiles } from './check-payloads.ts';

const run = { signal: new AbortController().signal };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const folder = {
  package: 'llm',
  source: '.model/',
  path: 'weights',
  sha256: { 'a.bin': sha('a'), 'sub/b.bin': sha('b') },
};
const single = { ...folder, path: 'weights/a.bin', sha256: sha('a') };
const whole = { 'weights/a.bin': 'a', 'weights/sub/b.bin': 'b' };

describe('a payload', () => {
  it.each([
    { name: 'a folder', payload: folder, paths: ['weights/a.bin', 'weights/sub/b.bin'] },
    { name: 'a file', payload: single, paths: ['weights/a.bin'] },
  ])('$name that is as promised gives its files, sorted', async ({ payload, paths }) => {
    const files = await checkPayload(payload, '', new MemoryWorkspace(whole), run);
    expect(files.map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    { name: 'the folder is not there', files: { x: '' }, payload: folder, code: 'PAYLOAD_MISSING' },
    { name: 'the file is not there', files: { x: '' }, payload: single, code: 'PAYLOAD_MISSING' },
    {
      name: 'a promised file is not there',
      files: { 'weights/a.bin': 'a' },
      payload: folder,
      code: 'PAYLOAD_MISSING',
    },
    {
      name: 'a file is there that nobody promised',
      files: { ...whole, 'weights/c': '' },
      payload: folder,
      code: 'PAYLOAD_MISMATCH',
    },
    {
      name: 'a file has other bytes',
      files: { ...whole, 'weights/sub/b.bin': 'B' },
      payload: folder,
      code: 'PAYLOAD_MISMATCH',
    },
  ])('is refused where $name: $code', async ({ files, payload, code }) => {
    await expect(checkPayload(payload, '', new MemoryWorkspace(files), run)).rejects.toMatchObject({
      code,
      exitCode: 3,
    });
  });
});

it('a payload that differs from the lock is PAYLOAD_MISMATCH', () => {
  const file = { path: 'a', sha256: sha('a'), size: 1 };
  expect(() => requireLockedFiles([file], [file])).not.toThrow();
  for (const locked of [[], [{ ...file, sha256: sha('b') }], [{ ...file, size: 2 }]]) {
    expect(() => requireLockedFiles([file], locked)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_MISMATCH' }),
    );
  }
});

describe('pickled weights', () => {
  const torchZip = Buffer.concat([
    Buffer.from('PK\x03\x04', 'latin1'),
    Buffer.alloc(22),
    Buffer.from([16, 0, 0, 0]),
    Buffer.from('archive/data.pkl'),
    Buffer.alloc(100),
  ]);
  const zip = (member: string, before = 0): Buffer => {
    const name = Buffer.from(member);
    const head = Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      Buffer.alloc(22),
      Buffer.from([name.length, 0, 0, 0]),
      name,
    ]);
    const first = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26 + before)]);
    return before === 0 ? head : Buffer.concat([first, head, Buffer.alloc(50)]);
  };
  const check = (path: string, content: Uint8Array, pickled?: 'allowed' | 'refused') =>
    checkPayload(
      {
        package: 'llm',
        source: 'w',
        path,
        sha256: createHash('sha256').update(content).digest('hex'),
      },
      '',
      new MemoryWorkspace({ [path]: content }),
      run,
      pickled,
    );

  it.each([
    ['protocol 2', 'w.bin', Buffer.from('\x80\x02}q\x00.', 'latin1')],
    ['protocol 5', 'w', Buffer.from('\x80\x05\x95', 'latin1')],
    ['protocol 0', 'w.bin', Buffer.from('cos\nsystem\n(S"x"\ntR.')],
    ['a list of protocol 0', 'w.bin', Buffer.from('(lp0\nI1\na.')],
    ['a PyTorch file', 'pytorch_model.bin', torchZip],
    ['a later member of a zip', 'w.bin', zip('x/data.pkl', 300_000)],
    [
      'an array of objects',
      'w.npy',
      Buffer.from("\x93NUMPY\x01\x00v\x00{'descr': '|O', ", 'latin1'),
    ],
    ['a name', 'w.ckpt', Buffer.from('anything')],
  ])('are found by %s', async (_name, path, content) => {
    await expect(check(path, content, 'refused')).rejects.toMatchObject({
      code: 'PAYLOAD_PICKLED',
      exitCode: 3,
    });
    expect(await check(path, content)).toHaveLength(1);
  });

  it.each([
    [
      'safetensors',
      'w.safetensors',
      Buffer.from('\x40\0\0\0\0\0\0\0{"__metadata__":{}}', 'latin1'),
    ],
    ['GGUF', 'w.gguf', Buffer.from('GGUF\x03\0\0\0', 'latin1')],
    ['other binary weights', 'model.bin', Buffer.from('\x06\0\0\0\x0c\0WhisperSpec', 'latin1')],
    ['a zip of something else', 'w.zip', zip('readme.txt')],
    ['text', 'LICENSE', Buffer.from('copyright\nnobody\n')],
  ])('are not seen in %s', async (_name, path, content) => {
    expect(await check(path, content, 'refused')).toHaveLength(1);
  });
});
