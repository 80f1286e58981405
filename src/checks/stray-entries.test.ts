import { describe, expect, it } from 'vitest';
import type { SurveyedEntry } from '../archive/survey.ts';
import { strayEntries } from './stray-entries.ts';

const entry = (path: string, type: SurveyedEntry['type'] = 'file'): SurveyedEntry => ({
  name: path,
  path,
  type,
  mode: 0o644,
  size: 0,
});

describe('strayEntries', () => {
  const reached = new Set(['index.json', 'blobs/sha256/a']);
  it.each([
    ['nothing more', [entry('index.json'), entry('blobs/sha256/a')], []],
    ['a file more', [entry('blobs/sha256/b'), entry('index.json')], ['blobs/sha256/b']],
    [
      'folders on the way',
      [entry('', 'directory'), entry('blobs', 'directory'), entry('blobs/sha256', 'directory')],
      [],
    ],
    ['a folder of its own', [entry('more', 'directory')], ['more']],
    ['a folder in place of a file', [entry('index.json', 'directory')], ['index.json']],
    ['two of one name', [entry('b'), entry('a'), entry('b')], ['a', 'b']],
  ])('%s', (_name, entries, expected) => expect(strayEntries(entries, reached)).toEqual(expected));
});
