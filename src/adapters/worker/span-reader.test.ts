import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedWatch, Stopped } from './shared-watch.ts';
import { readSpans, spanChunks, Unreadable } from './span-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'cowa-spans-'));
let descriptors: readonly number[] = [];

beforeAll(() => {
  descriptors = ['abcdef', 'ghij'].map((text, index) => {
    const path = join(folder, `${index}`);
    writeFileSync(path, text);
    return openSync(path, 'r');
  });
});
afterAll(() => {
  for (const each of descriptors) closeSync(each);
  rmSync(folder, { recursive: true });
});

/** Files as they were measured, of so many bytes. */
function spans(...sizes: readonly number[]) {
  let start = 0;
  return sizes.map((size, index) => {
    const span = { descriptor: descriptors[index] ?? -1, start, end: start + size };
    start += size;
    return span;
  });
}

function read(files: ReturnType<typeof spans>, offset: number, length: number): string {
  const target = Buffer.alloc(length);
  readSpans(files, offset, target, new SharedWatch());
  return target.toString();
}

/** What was thrown. */
function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('readSpans', () => {
  it.each([
    [0, 10, 'abcdefghij'],
    [4, 4, 'efgh'],
    [6, 2, 'gh'],
  ])('reads files as one, from %i on', (offset, length, expected) =>
    expect(read(spans(6, 4), offset, length)).toBe(expected),
  );

  // Without its guard this would not end.
  it('ends where a file gives less than it had when it was measured', () => {
    const error = thrown(() => read(spans(8, 4), 0, 12));
    expect(error).toBeInstanceOf(Unreadable);
    expect(error).toMatchObject({ fault: { span: 0, code: undefined } });
  });

  it('ends behind the last file', () => {
    const error = thrown(() => read(spans(6, 4), 8, 4));
    expect(error).toMatchObject({ fault: { span: 1, code: undefined } });
  });

  it('says why the system does not give it', () => {
    const closed = [{ descriptor: 9999, start: 0, end: 6 }];
    expect(thrown(() => read(closed, 0, 6))).toMatchObject({ fault: { span: 0, code: 'EBADF' } });
  });

  it('counts what was read, and stops when it is told to', () => {
    const watch = new SharedWatch();
    readSpans(spans(6, 4), 0, Buffer.alloc(7), watch);
    expect(watch.take()).toBe(7);
    watch.stop();
    expect(thrown(() => readSpans(spans(6, 4), 0, Buffer.alloc(1), watch))).toBeInstanceOf(Stopped);
    expect(watch.take()).toBe(0);
  });
});

describe('spanChunks', () => {
  it('uses the memory of a chunk for one other, once it was given back', async () => {
    const large = Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(2 ** 20, value)));
    const path = join(folder, 'large');
    writeFileSync(path, large);
    const descriptor = openSync(path, 'r');
    const files = [{ descriptor, start: 0, end: large.length }];
    const chunks = spanChunks(files, 0, large.length, new SharedWatch());
    const held: Uint8Array[] = [];
    for await (const chunk of chunks) {
      held.push(chunk);
      if (held.length > 1) continue;
      // Given back twice it must not be handed out twice; foreign memory not at all.
      chunks.recycle?.(chunk);
      chunks.recycle?.(chunk);
      chunks.recycle?.(new Uint8Array(3));
    }
    closeSync(descriptor);
    expect(held[1]?.buffer).toBe(held[0]?.buffer);
    expect(held.slice(1).map((chunk) => chunk[0])).toEqual([2, 3]);
  });
});
