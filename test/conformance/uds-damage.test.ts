import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveError } from '../../src/archive/archive-error.ts';
import { verifyBytes } from '../support/verify-bytes.ts';

const folder = join(import.meta.dirname, 'uds/bundles');

/** Exit code for bytes under the name of a bundle. */
async function exitCodeOf(bytes: Uint8Array, fileName: string): Promise<number> {
  try {
    return (await verifyBytes(bytes, fileName)).verdict.exitCode;
  } catch (error) {
    if (error instanceof ArchiveError) return error.exitCode;
    throw error;
  }
}

describe.each(['legacy-one', 'next-signed'])('%s', (name) => {
  const [fileName = ''] = readdirSync(join(folder, name));
  const bytes = readFileSync(join(folder, name, fileName));

  it('with any bit changed is refused, or is the same content in another compression', async () => {
    const content = zstdDecompressSync(bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        if ((await exitCodeOf(damaged, fileName)) === 0) {
          expect(zstdDecompressSync(damaged).equals(content)).toBe(true);
        }
      }),
      { numRuns: 150, examples: name === 'legacy-one' ? [[1185, 5]] : [[1500, 4]] },
    );
  });

  it('cut anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        expect(await exitCodeOf(bytes.subarray(0, length), fileName)).not.toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
