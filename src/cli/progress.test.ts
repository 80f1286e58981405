import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../support/run.ts';
import { openProgress } from './progress.ts';

const red = '\u001b[31m';
const events: readonly ProgressEvent[] = [
  { kind: 'step-started', step: `verify ${red}a`, title: `${red}a\r` },
  { kind: 'step-progress', step: `verify ${red}a`, bytes: 1, phase: `${red}b` },
  { kind: 'step-finished', step: `verify ${red}a`, outcome: 'failed', note: `${red}x` },
  { kind: 'step-finished', step: `${red}never begun`, outcome: 'skipped' },
  { kind: 'note', message: `two\nlines ${red}` },
];

describe('openProgress', () => {
  it('shows names of files without letting them speak to the terminal', async () => {
    const lines: string[] = [];
    const stream = { isTTY: false, write: (text: string) => lines.push(text) > 0 };
    const progress = openProgress({
      stream: stream as unknown as NodeJS.WriteStream,
      env: {},
      now: () => 0,
    });
    for (const event of events) progress.onProgress(event);
    await progress.end(true);
    const text = lines.join('');
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    expect(text).toContain('\\u{1b}[31ma\\u{d}  failed: \\u{1b}[31mx');
    expect(text).toContain('never begun');
    expect(text).toContain('two\nlines');
  });
});
