import { describe, expect, it } from 'vitest';
import { foreignReaders } from '../../support/foreign-tar-readers.ts';
import { compareReaders } from '../../support/tar-differential.ts';
import { tarVariants } from '../../support/tar-variants.ts';

const { readers, missing } = await foreignReaders();
const without = missing.length === 0 ? '' : ` (not compared: no ${missing.join(', ')})`;

describe('tars that readers see differently, all of them', () => {
  it(`we accept nothing that another reader sees otherwise${without}`, async () => {
    const variants = tarVariants(2600);
    expect(new Set(variants.map(({ bytes }) => bytes.toString('latin1'))).size).toBeGreaterThan(
      2000,
    );
    const { accepted, disputed, differences } = await compareReaders(variants, readers, 'all');
    expect(differences).toEqual([]);
    expect(accepted).toBeGreaterThan(200);
    // The variants are worth their time: readers disagree about many.
    if (missing.length === 0) expect(disputed).toBeGreaterThan(500);
  });

  it('further seeds', async () => {
    for (const seed of [2, 3, 4]) {
      const { differences } = await compareReaders(tarVariants(2600, seed), readers, 'accepted');
      expect(differences).toEqual([]);
    }
  });
});
