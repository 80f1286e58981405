import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Rows of the generated table, which `npm run generate:check` keeps equal to the source. */
const rows = [
  ...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(
    /^\| `([A-Z0-9_]+)` \| (\d+) \| (.*) \|$/gm,
  ),
].map(([, code = '', exit = '', text = '']) => ({ code, exit: Number(exit), text }));

/** Codes that need a machine of another kind: no encoder, a FIPS provider, a Node that does not start. */
const otherMachines = new Set(['ENCODER_MISSING', 'KEY_FIPS', 'NODE_NOT_STARTED']);

function testsBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

describe('error codes', () => {
  it('leave with an exit code of their family', () => {
    expect(rows.length).toBeGreaterThan(100);
    for (const { code, exit } of rows) expect([2, 3, 4, 70, 130], code).toContain(exit);
  });

  it('each says what happened', () => {
    expect(rows.filter(({ text }) => text.trim() === '').map(({ code }) => code)).toEqual([]);
  });

  it('each is reached by a test', () => {
    const tests = [...testsBelow('src'), ...testsBelow('test')].join('\n');
    // Some tables leave the prefix they share out.
    const named = (code: string) =>
      tests.includes(code) ||
      tests.includes(`'${code.replace(/^(?:SIGNATURE_BUNDLE|TRUSTED_ROOT)_/, '')}'`);
    expect(
      rows.map(({ code }) => code).filter((code) => !named(code) && !otherMachines.has(code)),
    ).toEqual([]);
  });
});
