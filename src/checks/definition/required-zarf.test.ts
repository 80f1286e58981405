import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../../test/support/a-package.ts';
import { requiredZarf } from './required-zarf.ts';

function requiring(version: string): PackageDraft {
  return aPackage().defining((text) =>
    text.replace(
      'build:\n',
      `build:\n  versionRequirements:\n    - version: ${version}\n      reason: a test\n`,
    ),
  );
}

describe('definition/required-zarf', () => {
  it.each([
    ['nothing required', aPackage(), ['not-applicable']],
    ['an older version', requiring('v0.71.0'), ['pass']],
    ['the newest known', requiring('v0.84.0'), ['pass']],
    ['a patch above the newest known', requiring('v0.84.1'), ['undecided REQUIREMENT_NEWER']],
    ['a newer version', requiring('v1.0.0'), ['undecided REQUIREMENT_NEWER']],
    ['no version at all', requiring('latest'), ['fail error REQUIREMENT_INVALID']],
    ['without the v, with a pre-release', requiring('0.84.0-rc.1'), ['pass']],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(requiredZarf)).toEqual(expected);
  });
});
