import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

describe('unifiedDiff', () => {
  it('says nothing where nothing differs', () => {
    expect(unifiedDiff('f', 'a\n', 'a\n')).toBe('');
  });

  it('shows changed lines with three lines around them', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
    expect(unifiedDiff('x/f.yaml', before, before.replace('e\n', 'E\n'))).toBe(
      '--- a/x/f.yaml\n+++ b/x/f.yaml\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
  });

  it('marks a last line without its end', () => {
    expect(unifiedDiff('f', 'a', 'b')).toBe(
      '--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n',
    );
  });

  it('puts changes far apart into hunks of their own', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index}\n`);
    const after = lines.map((line, index) => (index === 3 || index === 33 ? 'x\n' : line));
    expect(unifiedDiff('f', lines.join(''), after.join('')).match(/^@@/gm)).toHaveLength(2);
  });

  it.skipIf(spawnSync('git', ['--version']).status !== 0)(
    'is what git apply makes the new text from',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'cowa-diff-'));
      const line = fc.constantFrom('a', 'b', 'c', '', 'd: 1');
      const text = fc
        .tuple(fc.array(line, { maxLength: 14 }), fc.boolean())
        .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));
      try {
        fc.assert(
          fc.property(text, text, (before, after) => {
            // Without a byte a file has no lines to name.
            fc.pre(before !== after && before !== '' && after !== '');
            const file = join(folder, 'f');
            writeFileSync(file, before);
            execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
              cwd: folder,
              input: unifiedDiff('f', before, after),
              env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
            });
            return readFileSync(file, 'utf8') === after;
          }),
          { numRuns: 25 },
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
