import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { renderChecksums } from './checksums.ts';
import { parseChecksums } from './parse-checksums.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,8}[A-Za-z0-9_-]$/);
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));

describe('parseChecksums', () => {
  it('undoes rendering', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 8 }), (paths) => {
        const files = paths.map((each) => ({ path: each, digest: digestOf(each) }));
        const { lines, problems } = parseChecksums(renderChecksums(files).bytes);
        expect(problems).toEqual([]);
        expect(lines.map((line) => `sha256:${line.hex} ${line.path}`).sort()).toEqual(
          files.map((file) => `${file.digest} ${file.path}`).sort(),
        );
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseChecksums(bytes)),
    );
  });

  it('tells the line, and goes on behind it', () => {
    const hex = '0'.repeat(64);
    const { lines, problems } = parseChecksums(Buffer.from(`${hex} a\nwrong\n${hex} b\n`));
    expect(lines).toEqual([
      { hex, path: 'a', line: 1 },
      { hex, path: 'b', line: 3 },
    ]);
    expect(problems).toMatchObject([{ code: 'DOCUMENT_SYNTAX', line: 2, severity: 'error' }]);
  });
});
