import { nothingLed, ofBundle } from '../bundle-results.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { BundleFacts } from '../facts.ts';
import { fail, notApplicable, pass, theArchive } from '../results.ts';

/** Programs tell a file from a registry reference by its name; people take the file by it. */
export const fileName = defineCheck({
  id: 'bundle/file-name',
  title: 'The file is named after the bundle inside',
  area: 'names',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'Under a name that does not fit the pattern a legacy bundle is looked for in a registry; under the name of another bundle, the wrong one is deployed.',
    fix: 'Rename the file as the message says.',
    source: 'UDS bundle format, 2.5 and 3.5',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      const { fileName: name } = facts.identity;
      const archive = theArchive(facts.identity);
      const expected = expectedNames(bundle);
      if (name === undefined) yield notApplicable(archive, 'standard input has no name');
      else if (expected === undefined)
        yield {
          ...nothingLed(
            bundle,
            because,
            'the bundle does not say enough to tell how the file should be named',
          ),
          subject: archive,
        };
      else if (expected.includes(name))
        yield pass(archive, 'name, architecture and version are those of the bundle');
      else yield judgeName(bundle, name, expected[0] ?? '', archive);
    }),
});

function judgeName(
  { format }: BundleFacts,
  name: string,
  expected: string,
  archive: Result['subject'],
): Result {
  if (/^uds-bundle-.+-.+\.tar\.zst$/.test(name)) {
    return fail(
      archive,
      `${name} claims another bundle than it holds, which is named ${expected}`,
      { code: 'BUNDLE_FILE_NAME_OTHER' },
    );
  }
  if (format !== 'next')
    return fail(archive, `${name} is not taken for a local bundle; it is named ${expected}`, {
      code: 'BUNDLE_FILE_NAME_PATTERN',
    });
  return fail(archive, `${name} does not tell what it holds; by the rule it is named ${expected}`, {
    code: 'BUNDLE_FILE_NAME_FREE',
    severity: 'warning',
  });
}

/** By the rule of each half; the first is the one to tell. */
function expectedNames({
  format,
  definition,
  nextDefinition,
  architecture,
}: BundleFacts): readonly string[] | undefined {
  const metadata = definition?.bundle?.metadata ?? nextDefinition?.bundle?.metadata;
  if (metadata === undefined || architecture === undefined) return undefined;
  const { name, version } = metadata;
  const legacy = `uds-bundle-${name}-${architecture}-${version ?? ''}.tar.zst`;
  const next = `uds-bundle-${[name, architecture, ...(version === undefined || version === '' ? [] : [version])].join('-').replaceAll(/[^A-Za-z0-9._-]/g, '-')}.tar.zst`;
  return format === 'next' ? [next, legacy] : [legacy];
}
