import { describe, expect, it } from 'vitest';
import { foreignReaders } from '../support/foreign-tar-readers.ts';
import { compareReaders } from '../support/tar-differential.ts';
import { someVariants, tarVariants } from '../support/tar-variants.ts';

const { readers, missing } = await foreignReaders();
const without = missing.length === 0 ? '' : ` (not compared: no ${missing.join(', ')})`;

/** All of them, by all readers: `npm run test:long`. */
describe('tars that readers see differently, a sample', () => {
  it(`we accept nothing that another reader sees otherwise${without}`, async () => {
    const variants = someVariants(tarVariants(2600), 400);
    const { accepted, differences } = await compareReaders(variants, readers, 'accepted');
    expect(differences).toEqual([]);
    // Near misses: what is merely unusual is read.
    expect(accepted).toBeGreaterThan(20);
  });
});
