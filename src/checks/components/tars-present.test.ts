import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { tarsPresent } from './tars-present.ts';

describe('components/tars-present', () => {
  it.each([
    ['there', aPackage(), ['pass']],
    [
      'missing, although checksums.txt does not list it',
      aPackage().without('components/note.tar'),
      ['fail error COMPONENT_TAR_MISSING'],
    ],
    [
      'a tar that belongs to no component',
      aPackage().with('components/other.tar', 'x'),
      ['fail warning COMPONENT_UNKNOWN', 'pass'],
    ],
    [
      'no component that brings files',
      aPackage()
        .without('components/note.tar')
        .defining((text) =>
          text.replace(/ *files:[\s\S]*/, '    actions: {onDeploy: {before: [{cmd: ls}]}}\n'),
        ),
      ['not-applicable'],
    ],
    [
      'a component of actions beside one with files',
      aPackage().defining(
        (text) => `${text}  - name: b\n    actions: {onDeploy: {before: [{cmd: ls}]}}\n`,
      ),
      ['pass'],
    ],
    [
      'a component of a chart without its tar',
      aPackage().defining(
        (text) => `${text}  - name: b\n    charts: [{name: c, localPath: c, namespace: n}]\n`,
      ),
      ['fail error COMPONENT_TAR_MISSING'],
    ],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['not reached', aPackage().cutBefore('components/note.tar'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(tarsPresent)).toEqual(expected);
  });

  it.each([
    [
      'a tar left out that the manifest names',
      aPackage().inBundle('components/note.tar'),
      ['pass'],
    ],
  ])('in a bundle: %s', (_name, facts, expected) => {
    expect(inShort(runChecks([tarsPresent], facts))).toEqual(expected);
  });
});
