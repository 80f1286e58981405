import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { consistency } from './consistency.ts';

describe('names/consistency', () => {
  it.each([
    ['one thing everywhere', aPackage(), ['pass']],
    [
      'two architectures',
      aPackage().defining((text) => text.replace('architecture: amd64', 'architecture: arm64')),
      ['fail error DEFINITION_CONTRADICTS'],
    ],
    [
      'no name',
      aPackage().defining((text) => text.replace('name: demo', 'name: ""')),
      ['fail error DEFINITION_CONTRADICTS'],
    ],
    [
      'no architecture',
      aPackage().defining((text) => text.replaceAll(/ *architecture: amd64\n/g, '')),
      ['fail warning DEFINITION_CONTRADICTS', 'pass'],
    ],
    [
      'two components of one name',
      aPackage().defining((text) => `${text}  - name: note\n`),
      ['fail error DEFINITION_CONTRADICTS'],
    ],
    [
      'a component of another flavor',
      aPackage().defining((text) => `${text}  - name: b\n    only: {flavor: gpu}\n`),
      ['fail error DEFINITION_CONTRADICTS'],
    ],
    [
      'a component of the flavor',
      aPackage().defining(
        (text) =>
          `${text.replace('build:', 'build:\n  flavor: gpu')}  - name: b\n    only: {flavor: gpu}\n`,
      ),
      ['pass'],
    ],
    [
      'a component for another architecture',
      aPackage().defining(
        (text) => `${text}  - name: b\n    only: {cluster: {architecture: arm64}}\n`,
      ),
      ['fail error DEFINITION_CONTRADICTS'],
    ],
    [
      'a component for another system of the operator',
      aPackage().defining((text) => `${text}  - name: b\n    only: {localOS: darwin}\n`),
      ['pass'],
    ],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(consistency)).toEqual(expected);
  });

  it.each([['no package', { ...aPackage().inBundle(), packages: [] }, ['not-applicable']]])(
    'in a bundle: %s',
    (_name, facts, expected) => {
      expect(inShort(runChecks([consistency], facts))).toEqual(expected);
    },
  );
});
