import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPath, nameFault, PathSet } from './entry-path.ts';

describe('cleanPath', () => {
  it.each([
    ['a/b', 'a/b'],
    ['./a//b/', 'a/b'],
    ['/a', 'a'],
    ['./', ''],
    ['a/../b', 'a/../b'],
  ])('makes %j to %j', (name, path) => {
    expect(cleanPath(name)).toBe(path);
  });
});

describe('nameFault', () => {
  it.each(['a', 'a/b.c', '.hidden', './a', 'a/', 'console.txt', 'a..b', 'lpt', 'ä/漢'])(
    'takes %j',
    (name) => {
      expect(nameFault(name)).toBeUndefined();
    },
  );
  it.each([
    '',
    '/a',
    'a\\b',
    'a\0',
    '..',
    'a/..',
    'a:b',
    'nul',
    'a/NUL.txt',
    'lpt9.x',
    'a.',
    'a /b',
  ])('refuses %j', (name) => {
    expect(nameFault(name)).toBeDefined();
  });
});

describe('PathSet', () => {
  const path = fc
    .array(fc.constantFrom('a', 'A', 'b', 'é', 'e\u0301', 'É'), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('/'));

  it('finds a clash exactly where two paths, or folders on the way, are one to some reader', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.boolean()), { maxLength: 8 }), (entries) => {
        const set = new PathSet();
        const clashed = entries.some(([each, directory]) => set.add(each, directory) !== undefined);
        expect(clashed).toBe(clashes(entries));
      }),
      { numRuns: 500 },
    );
  });
});

/** The same in the plainest words. */
function clashes(entries: readonly (readonly [string, boolean])[]): boolean {
  const files = entries.filter(([, directory]) => !directory).map(([path]) => path);
  const folders = new Set(entries.filter(([, directory]) => directory).map(([path]) => path));
  for (const [path] of entries) {
    const parts = path.split('/');
    for (let end = 1; end < parts.length; end++) folders.add(parts.slice(0, end).join('/'));
  }
  const all = new Set([...files, ...folders]);
  const keys = new Set([...all].map((path) => path.normalize('NFC').toLowerCase()));
  return (
    new Set(entries.map(([path]) => path)).size < entries.length ||
    files.some((file) => folders.has(file)) ||
    keys.size < all.size
  );
}
