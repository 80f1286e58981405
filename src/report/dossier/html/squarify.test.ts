import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someContents } from '../../../../test/support/a-dossier.ts';
import { joinContents } from '../../../operations/gather-dossier-contents.ts';
import { layerTreemap } from './layer-treemap.ts';
import { squarify } from './squarify.ts';

const within = { x: 0, y: 0, width: 960, height: 360 };

describe('a treemap', () => {
  it('has areas as the values are, inside of its frame', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 40 }), (values) => {
        const boxes = squarify(values, within);
        const total = values.reduce((sum, value) => sum + value, 0);
        expect(boxes).toHaveLength(values.length);
        boxes.forEach((box, index) => {
          const share = total === 0 ? 0 : (values[index] ?? 0) / total;
          expect(box.width * box.height).toBeCloseTo(share * 960 * 360, 2);
          expect(box.x).toBeGreaterThanOrEqual(-0.001);
          expect(box.y).toBeGreaterThanOrEqual(-0.001);
          expect(box.x + box.width).toBeLessThanOrEqual(960 + 0.001);
          expect(box.y + box.height).toBeLessThanOrEqual(360 + 0.001);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('draws what several images share once, hatched, and describes itself in words', () => {
    const { images } = joinContents([someContents()]);
    const drawing = layerTreemap(images)?.markup ?? '';
    expect([...drawing.matchAll(/<rect class="cell/g)]).toHaveLength(3);
    expect([...drawing.matchAll(/url\(#hatch\)/g)]).toHaveLength(1);
    expect(drawing).toMatch(/<desc[^>]*>.*shared by several images: 3\.8 MiB/s);
    expect(layerTreemap(images.slice(0, 1))).toBeUndefined();
  });
});
