import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { pinMember } from './pin-member.ts';

const [one, two] = [digestOf('one'), digestOf('two')];
const lock = {
  packages: [
    { reference: 'ghcr.io/o/tagged:1', digest: one },
    { reference: `ghcr.io/o/pinned:1@${one}`, digest: one },
    { reference: `ghcr.io/o/moved:1@${two}`, digest: one },
  ],
};

describe('pinMember', () => {
  it.each([
    ['a tag', 'ghcr.io/o/tagged:1', `ghcr.io/o/tagged:1@${one}`],
    ['a digest', `ghcr.io/o/pinned:1@${one}`, `ghcr.io/o/pinned:1@${one}`],
  ])('gives the locked digest for %s', (_name, reference, expected) => {
    expect(pinMember(reference, lock)).toBe(expected);
  });

  it.each([
    ['LOCK_MISSING', 'ghcr.io/o/new:1'],
    ['LOCK_DRIFT', `ghcr.io/o/moved:1@${two}`],
  ])('refuses with %s', (code, reference) => {
    expect(() => pinMember(reference, lock)).toThrow(expect.objectContaining({ code }));
  });

  it('finds nothing in a lock without packages', () => {
    expect(() => pinMember('a', {})).toThrow(expect.objectContaining({ code: 'LOCK_MISSING' }));
  });
});
