import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { variables } from './variables.ts';

const exporting = (name: string) => (text: string) => `${text}  exports: [{ name: ${name} }]\n`;
const acting = (words: string) =>
  aPackage().defining((text) => `${text}    actions:\n      onDeploy:\n        ${words}\n`);
const declaring = aPackage().defining(
  (text) => `${text}variables:\n  - name: HOST\n    default: a\n`,
);

describe('bundle/variables', () => {
  it.each([
    ['no exports', aBundle(), ['not-applicable']],
    ['a next bundle, which has none', aBundle('next'), ['not-applicable']],
    ['a package', aPackage(), ['not-applicable']],
    ['an end that was not reached', aBundle().cutBefore(/no such/), ['undecided']],
    [
      'a package definition that was not kept',
      aBundle().defining(exporting('HOST')).unread(new RegExp(zarfYaml())),
      ['undecided'],
    ],
    [
      'a variable of the package',
      aBundle().holding('demo', declaring).defining(exporting('HOST')),
      ['pass'],
    ],
    [
      'the same in small letters',
      aBundle().holding('demo', declaring).defining(exporting('host')),
      ['pass'],
    ],
    [
      'a variable that an action sets',
      aBundle()
        .holding('demo', acting('after: [{ cmd: a, setVariables: [{ name: HOST }] }]'))
        .defining(exporting('HOST')),
      ['pass'],
    ],
    [
      'a variable that an action sets in the older spelling',
      aBundle()
        .holding('demo', acting('before: [{ cmd: a, setVariable: HOST }]'))
        .defining(exporting('HOST')),
      ['pass'],
    ],
    [
      'a variable nobody sets',
      aBundle().holding('demo', declaring).defining(exporting('PORT')),
      ['fail warning BUNDLE_EXPORT_UNSET'],
    ],
    [
      'a package that sets nothing',
      aBundle().defining(exporting('HOST')),
      ['fail warning BUNDLE_EXPORT_UNSET'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(variables)).toEqual(expected));
});

function zarfYaml(): string {
  const found = aBundle()
    .entries()
    .find(({ content }) => Buffer.from(content ?? '').includes('kind: ZarfPackageConfig'));
  return found?.path ?? expect.fail('no zarf.yaml');
}
