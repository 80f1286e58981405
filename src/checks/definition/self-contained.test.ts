import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { selfContained } from './self-contained.ts';

const building = (more: string) =>
  aPackage().defining((text) => text.replace('build:\n', `build:\n  ${more}\n`));

describe('definition/self-contained', () => {
  it.each([
    ['complete', aPackage(), ['pass']],
    [
      'a difference',
      building('differential: true\n  differentialPackageVersion: 0.9.0'),
      ['fail note PACKAGE_DIFFERENTIAL'],
    ],
    ['explicitly none', building('differential: false'), ['pass']],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(selfContained)).toEqual(expected);
  });
});
