import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { overrides } from './overrides.ts';

const charted = aPackage().defining(
  (text) =>
    `${text}    charts:\n      - name: web\n        version: 1.0.0\n        localPath: chart\n        namespace: web\n`,
);
const overriding = (words: string) => (text: string) => `${text}  overrides: ${words}\n`;

describe('bundle/overrides', () => {
  it.each([
    ['a bundle that overrides nothing', aBundle(), ['not-applicable']],
    ['a next bundle, where charts are not named', aBundle('next'), ['not-applicable']],
    ['a package', aPackage(), ['not-applicable']],
    ['an end that was not reached', aBundle().cutBefore(/no such/), ['undecided']],
    [
      'a chart that is there',
      aBundle()
        .holding('demo', charted)
        .defining(overriding('{ note: { web: { values: [{ path: a, value: 1 }] } } }')),
      ['pass'],
    ],
    [
      'another chart',
      aBundle()
        .holding('demo', charted)
        .defining(overriding('{ note: { wev: { values: [{ path: a, value: 1 }] } } }')),
      ['fail error BUNDLE_OVERRIDE_CHART'],
    ],
    [
      'another component',
      aBundle().holding('demo', charted).defining(overriding('{ node: { web: {} } }')),
      ['fail error BUNDLE_OVERRIDE_COMPONENT'],
    ],
    [
      'a component without charts',
      aBundle().defining(overriding('{ note: { web: {} } }')),
      ['fail error BUNDLE_OVERRIDE_CHART'],
    ],
    ['a namespace', aBundle().defining((text) => `${text}  namespace: other\n`), ['pass']],
    [
      'a namespace the package does not allow',
      aBundle()
        .holding(
          'demo',
          aPackage().defining((text) =>
            text.replace('  version: 1.0.0', '  version: 1.0.0\n  allowNamespaceOverride: false'),
          ),
        )
        .defining((text) => `${text}  namespace: other\n`),
      ['fail error BUNDLE_NAMESPACE_REFUSED'],
    ],
    [
      'a package definition too large to keep',
      aBundle()
        .defining((text) => `${text}  namespace: other\n`)
        .tampered(/none/, undefined)
        .unread(new RegExp(blobOf('kind: ZarfPackageConfig'))),
      ['undecided'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(overrides)).toEqual(expected));

  it('guesses what was meant', () => {
    const facts = aBundle()
      .holding('demo', charted)
      .defining(overriding('{ node: { web: {} } }'))
      .facts();
    expect([...overrides.evaluate(facts)][0]).toMatchObject({
      message: expect.stringContaining("'note' was meant?"),
      subject: { line: 16 },
    });
  });
});

function blobOf(words: string): string {
  return (
    aBundle()
      .entries()
      .find(({ content }) => Buffer.from(content ?? '').includes(words))?.path ?? expect.fail(words)
  );
}
