import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import {
  parseReproducibility,
  type Reproducibility,
  renderReproducibility,
} from './reproducibility.ts';

const digest = digestOf('archive');
const made: Reproducibility = {
  archive: { name: 'a.tar.zst', digest },
  outcome: 'different',
  rebuilt: digestOf('other'),
  differences: 2,
  first: 'content: zarf.yaml differs',
  inputs: [{ name: 'cowa-release.yaml', digest: digestOf('definition') }],
  programVersion: '1.2.3',
  time: new Date('2026-11-21T04:00:00.000Z'),
};
const { first: _, ...silent } = made;
const same: Reproducibility = { ...silent, outcome: 'identical', rebuilt: digest, differences: 0 };

describe('the statement about making an archive again', () => {
  it.each([made, same, { ...made, outcome: 'same-content' } as const])(
    'reads back: $outcome',
    (each) => {
      expect(parseReproducibility(Buffer.from(renderReproducibility(each)))).toEqual(each);
    },
  );

  it.each([
    { what: 'identical, of other bytes', said: { ...same, rebuilt: digestOf('other') } },
    { what: 'identical, with differences', said: { ...same, differences: 1 } },
    { what: 'different, of the same bytes', said: { ...same, outcome: 'different' } as const },
  ])('is refused where it contradicts itself: $what', ({ said }) => {
    expect(() => renderReproducibility(said)).toThrow(/contradicts itself/);
  });

  it.each([
    ['another kind', { predicateType: 'https://example.org/v1' }, /expected a result/],
    ['two subjects', { subject: [subject(), { ...subject(), name: 'b' }] }, /one archive/],
    ['a second digest', { subject: [subject({ sha512: 'a'.repeat(128) })] }, /nothing else/],
    ['a member nobody knows', { predicate: { ...predicate(), better: true } }, /'better'/],
    ['another outcome', { predicate: { ...predicate(), outcome: 'fine' } }, /none of/],
    ['a count that is none', { predicate: { ...predicate(), differences: -1 } }, /integer/],
    ['no time', { predicate: { ...predicate(), timeReproduced: 'now' } }, /must be a time/],
    ['inputs that are none', { predicate: { ...predicate(), inputs: 'all' } }, /list of at most/],
    [
      'no digest',
      { predicate: { ...predicate(), rebuilt: { digest: { sha256: 'x' } } } },
      /64 hex/,
    ],
    ['no version', { predicate: { ...predicate(), builder: { version: {} } } }, /'cowa-release'/],
    ['an empty text', { predicate: { ...predicate(), first: '' } }, /must be a text/],
  ])('is refused with %s', (_what, change, says) => {
    const text = JSON.stringify({ ...document(), ...change });
    expect(() => parseReproducibility(Buffer.from(text))).toThrow(says);
  });
});

function document(): Readonly<Record<string, unknown>> {
  return JSON.parse(renderReproducibility(made)) as Readonly<Record<string, unknown>>;
}

function predicate(): object {
  return document()['predicate'] as object;
}

function subject(more: object = {}): object {
  return { name: 'a.tar.zst', digest: { sha256: digest.slice(7), ...more } };
}
