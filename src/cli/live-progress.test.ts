import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openProgress } from './progress.ts';

/** A terminal that remembers what was drawn. */
function aTerminal(columns = 100) {
  let drawn = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      drawn += chunk.toString();
      done();
    },
  });
  Object.assign(stream, { isTTY: true, columns, rows: 40 });
  return {
    stream: stream as NodeJS.WriteStream,
    text: () => stripVTControlCharacters(drawn),
    raw: () => drawn,
  };
}

describe('progress on a terminal', () => {
  it('leaves one line for each step, in the order they began, with how it ended', async () => {
    const { stream, text } = aTerminal();
    const progress = openProgress({ stream, env: {}, now: () => performance.now() });
    progress.onProgress({ kind: 'step-started', step: 'a', title: 'Fetch' });
    progress.onProgress({ kind: 'step-started', step: 'b', title: 'Pack' });
    progress.onProgress({ kind: 'note', message: 'second try' });
    progress.onProgress({ kind: 'step-finished', step: 'b', outcome: 'failed', note: 'disk full' });
    progress.onProgress({ kind: 'step-finished', step: 'a', outcome: 'reused' });
    progress.onProgress({ kind: 'step-finished', step: 'c', outcome: 'skipped', note: 'needs b' });
    await progress.end(true);
    const last = text()
      .trimEnd()
      .split(/\r?\n/)
      .slice(-4)
      .map((line) => line.replace(/^.*\p{So} |^[^\w]+/u, ''));
    expect(last).toEqual([
      'Fetch  reused',
      'Pack  failed: disk full',
      'second try',
      'c  skipped: needs b',
    ]);
  });

  it('shows the cursor again, also after a run that was stopped', async () => {
    const { stream, text, raw } = aTerminal();
    const progress = openProgress({ stream, env: {}, now: () => performance.now() });
    progress.onProgress({ kind: 'step-started', step: 'a', title: 'Fetch' });
    await progress.end(false);
    expect(text()).toContain('Fetch  stopped');
    expect(raw().endsWith('\u001B[?25h')).toBe(true);
  });
});

it('holds nothing back that others write before the first step', async () => {
  const { stream, text } = aTerminal();
  const progress = openProgress({ stream, env: {}, now: () => performance.now() });
  await import('listr2');
  await new Promise((resolve) => setTimeout(resolve, 50));
  stream.write('Password of the key: ');
  expect(text()).toBe('Password of the key: ');
  await progress.end(true);
  expect(text()).toBe('Password of the key: ');
});

describe('plain lines instead', () => {
  it.each([
    { name: 'in CI', env: { CI: 'true' }, columns: 80 },
    { name: 'on a dumb terminal', env: { TERM: 'dumb' }, columns: 80 },
    { name: 'on a terminal without width', env: {}, columns: 0 },
  ])('$name', async ({ env, columns }) => {
    const { stream, raw } = aTerminal(columns);
    const progress = openProgress({ stream, env, now: () => performance.now() });
    progress.onProgress({ kind: 'step-started', step: 'a', title: 'Fetch' });
    await progress.end(true);
    expect(raw()).toBe('Fetch\n');
  });
});
