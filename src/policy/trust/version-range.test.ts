import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isInRange, parseVersion, parseVersionRange } from './version-range.ts';

const order = [
  '0.9.9',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.2.0',
  '1.10.0',
  '2.0.0',
];

describe('versions', () => {
  it('stand in the order of the specification', () => {
    const read = order.map((text) => parseVersion(text));
    for (const [i, a] of read.entries())
      for (const [j, b] of read.entries()) {
        if (a === undefined || b === undefined) throw new Error('not read');
        expect(Math.sign(compareVersions(a, b)), `${order[i]} ${order[j]}`).toBe(Math.sign(i - j));
      }
  });

  it.each(['1', '1.2', '01.2.3', '1.2.3-', '1.2.3-01', 'latest', '', '1.2.3 ', '1'.repeat(300)])(
    '%j is none',
    (text) => expect(parseVersion(text)).toBeUndefined(),
  );

  it('may have a v before and anything behind a plus', () => {
    const [a, b] = [parseVersion('v1.2.3+build.5'), parseVersion('1.2.3')];
    expect(a !== undefined && b !== undefined && compareVersions(a, b)).toBe(0);
  });

  it('compare the same way from both sides', () => {
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('', '-1', '-a', '-a.1', '-a.b'))
      .map(([a, b, c, more]) => `${a}.${b}.${c}${more}`);
    fc.assert(
      fc.property(version, version, (one, two) => {
        const [a, b] = [parseVersion(one), parseVersion(two)];
        return (
          a !== undefined && b !== undefined && compareVersions(a, b) === -compareVersions(b, a) + 0
        );
      }),
    );
  });
});

describe('ranges of versions', () => {
  it.each([
    ['>=1.2.0 <2.0.0', '1.2.0', true],
    ['>=1.2.0 <2.0.0', '2.0.0', false],
    ['>=1.2.0 <2.0.0', '1.1.9', false],
    ['>=1.2.0 <2.0.0 || 3.1.4', '3.1.4', true],
    ['>=1.2.0 <2.0.0 || =3.1.4', '3.1.5', false],
    ['>1.0.0', '1.0.0', false],
    ['<=1.0.0', '1.0.0', true],
    ['>=1.0.0', '1.0.0-rc.1', false],
  ])('%s and %s: %s', (range, text, expected) => {
    const [parsed, version] = [parseVersionRange(range), parseVersion(text)];
    expect(parsed !== undefined && version !== undefined && isInRange(version, parsed)).toBe(
      expected,
    );
  });

  it.each(['', '^1.0.0', '1.x', '>=1', '>= 1.0.0', '1.0.0 ||', '|| 1.0.0', '*'])(
    '%j is none',
    (text) => expect(parseVersionRange(text)).toBeUndefined(),
  );
});
