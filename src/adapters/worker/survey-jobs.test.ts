import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import { RingReader, ringMemory } from './chunk-ring.ts';
import { SharedWatch, Stopped } from './shared-watch.ts';
import { answerJob } from './survey-jobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'cowa-jobs-'));
const content = Buffer.from('the whole archive');
writeFileSync(join(folder, 'a'), content);
const descriptor = openSync(join(folder, 'a'), 'r');
const files = [{ descriptor, start: 0, end: content.length }];

afterAll(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

/** Waiting blocks the thread, a test that would wait for ever too: this one gives up. */
class Impatient extends SharedWatch {
  #looked = 0;

  override throwIfStopped(): void {
    this.#looked++;
    if (this.#looked > 3) throw new Stopped('nothing came');
    super.throwIfStopped();
  }
}

describe('a job that hands the whole on', () => {
  it('says its end: who reads it does not wait for more', async () => {
    const watch = new SharedWatch();
    const out = ringMemory(4);
    const reply = await answerJob({ job: { kind: 'whole', files, out }, watch: watch.memory });
    expect(reply).toEqual({ result: digestOf(content).slice('sha256:'.length) });
    const reader = new RingReader(out, new Impatient());
    const read: string[] = [];
    for await (const chunk of reader) read.push(Buffer.from(chunk).toString());
    expect(read).toEqual([content.toString()]);
    expect(reader.ended).toBe(true);
    expect(watch.stopped).toBe(false);
  });
});

describe('a job that cannot go on', () => {
  it.each([
    ['a file that the system does not give', [{ descriptor: 9999, start: 0, end: 6 }], 'EBADF'],
    ['a file that is shorter than it was', [{ descriptor, start: 0, end: 99 }], undefined],
  ])('stops the others, which may wait for it: %s', async (_name, broken, code) => {
    const watch = new SharedWatch();
    const job = { kind: 'whole', files: broken, out: ringMemory(4) } as const;
    const reply = await answerJob({ job, watch: watch.memory });
    expect(reply).toEqual({ unreadable: { span: 0, code } });
    expect(watch.stopped).toBe(true);
    expect(() => watch.throwIfStopped()).toThrow(Stopped);
  });
});
