import { expect, it } from 'vitest';
import { nearestWord } from './nearest-word.ts';

const known = ['name', 'version', 'images', 'imageArchives', 'namespace'];

it.each([
  ['name', 'name'],
  ['nmae', 'name'],
  ['Name', 'name'],
  ['versoin', 'version'],
  ['verion', 'version'],
  ['versions', 'version'],
  ['image', 'images'],
  ['imagesArchive', 'imageArchives'],
  ['x', undefined],
  ['color', undefined],
  ['', undefined],
  ['n'.repeat(65), undefined],
])('%s was meant as %s', (word, expected) => expect(nearestWord(word, known)).toBe(expected));

it('knows nothing where nothing is known', () => expect(nearestWord('name', [])).toBeUndefined());
