import { expect, it } from 'vitest';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { links } from './links.ts';

it.each([
  ['a file', '[a](guide.md)', []],
  ['a place in a file', '[a](guide.md#part)', []],
  ['a folder', '[a](sub/)', []],
  ['a file above', '[a](../README.md)', []],
  ['a place here', '[a](#part)', []],
  ['an address', '[a](https://example.com/x.md) [m](mailto:a@example.com)', []],
  ['a file with a blank in its name', '[a](sub/a%20b.md)', []],
  ['outside of what was looked at', '[a](../../other/x.md)', []],
  ['code', '`[a](gone.md)`\n```\n[a](gone.md)\n```\n', []],
  [
    'nothing',
    'see [a](gone.md "title")',
    ['fail docs/a.md:1:7 the link to gone.md leads to nothing'],
  ],
  [
    'a picture that is not there',
    '![a](gone.png)',
    ['fail docs/a.md:1:4 the link to gone.png leads to nothing'],
  ],
])('a link to %s', async (_name, text, expected) => {
  const files = { 'docs/a.md': text, 'docs/guide.md': '', 'docs/sub/a b.md': '', 'README.md': '' };
  expect(faults(links, await deployedRelease(files))).toEqual(expected);
});

it('speaks of nothing without documents', async () => {
  expect(told(links, await deployedRelease({}))).toEqual(['not-applicable']);
  expect(
    told(links, await deployedRelease({ 'a.md': '[a](b.md)' }, { documents: undefined })),
  ).toEqual(['not-applicable']);
});
