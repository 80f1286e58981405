import { expect, it } from 'vitest';
import { deployedPackage, told } from '../../../test/support/deployed.ts';
import { imagesPinned } from './images-pinned.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const open = (image: string): string =>
  `note zarf.yaml:2:19 1 of 1 images are named without a digest: ${image}`;

it.each([
  ['a digest', `ghcr.io/x/a:1.2.3@${digest}`, ['pass']],
  ['a moving tag with a digest', `ghcr.io/x/a:latest@${digest}`, ['pass']],
  ['a version', 'ghcr.io/x/a:1.2.3', [open('ghcr.io/x/a:1.2.3'), 'pass']],
  [
    'a moving tag',
    'ghcr.io/x/a:latest',
    [
      "fail zarf.yaml:3:34 ghcr.io/x/a:latest: the tag 'latest' moves",
      open('ghcr.io/x/a:latest'),
      'pass',
    ],
  ],
  [
    'a moving tag with a word in front',
    'ghcr.io/x/a:3.12-nightly',
    [
      "fail zarf.yaml:3:34 ghcr.io/x/a:3.12-nightly: the tag '3.12-nightly' moves",
      open('ghcr.io/x/a:3.12-nightly'),
      'pass',
    ],
  ],
  [
    'a version with such a word inside',
    'ghcr.io/x/a:1.2-devel1',
    [open('ghcr.io/x/a:1.2-devel1'), 'pass'],
  ],
  [
    'no tag',
    'ghcr.io/x/a',
    [
      'fail zarf.yaml:3:34 ghcr.io/x/a: without a tag the latest is taken',
      open('ghcr.io/x/a'),
      'pass',
    ],
  ],
  [
    'no reference',
    'ghcr.io/X A',
    [
      'fail zarf.yaml:3:34 ghcr.io/X A: it is no reference of an image',
      open('ghcr.io/X A'),
      'pass',
    ],
  ],
])('%s', async (_name, image, expected) => {
  const zarf = `kind: ZarfPackageConfig\nmetadata: { name: app }\ncomponents: [{ name: a, images: ["${image}"] }]\n`;
  expect(told(imagesPinned, await deployedPackage({ 'zarf.yaml': zarf }))).toEqual(expected);
});

it('speaks of nothing without images', async () => {
  const zarf = 'kind: ZarfPackageConfig\nmetadata: { name: app }\ncomponents: [{ name: a }]\n';
  expect(told(imagesPinned, await deployedPackage({ 'zarf.yaml': zarf }))).toEqual([
    'not-applicable',
  ]);
});
