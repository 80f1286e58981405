import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { catalog } from '../catalog.gen.ts';
import { runChecks } from '../run-checks.ts';
import { format } from './format.ts';

const hclType = 'application/vnd.defenseunicorns.uds.bundle.hcl.v2';
const changed = (
  json: Record<string, unknown>,
  member: string,
  at: number,
  change: Record<string, unknown>,
): Record<string, unknown> => ({
  ...json,
  [member]: [json[member]]
    .flat()
    .map((each, index) => (index === at ? { ...Object(each), ...change } : each)),
});

const rows: readonly (readonly [
  string,
  Pick<ReturnType<typeof aBundle>, 'facts' | 'judgedBy'>,
  readonly string[],
])[] = [
  ['a legacy bundle', aBundle(), ['pass']],
  ['a next bundle', aBundle('next'), ['pass']],
  ['a package', aPackage(), ['not-applicable']],
  ['an end that was not reached', aBundle().cutBefore(/no such/), ['undecided']],
  [
    'a newer schema of the index',
    aBundle().editing('index', (json) => ({ ...json, schemaVersion: 3 })),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'an index of another type',
    aBundle().editing('index', (json) => ({
      ...json,
      mediaType: 'application/vnd.oci.image.index.v2+json',
    })),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a root of another type',
    aBundle().editing('index', (json) =>
      changed(json, 'manifests', 0, { mediaType: 'application/vnd.oci.image.manifest.v2+json' }),
    ),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a layer of the root of another type',
    aBundle().editing('root', (json) => changed(json, 'layers', 0, { mediaType: 'application/x' })),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a package file of another type',
    aBundle().editing('manifest', (json) =>
      changed(json, 'layers', 0, { mediaType: 'application/vnd.zarf.layer.v2.blob' }),
    ),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a package manifest of another type',
    aBundle().editing('manifest', (json) => ({ ...json, mediaType: 'application/x' })),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a next bundle of version 2',
    aBundle('next').editing('next-index', (json) => ({
      ...json,
      artifactType: 'application/vnd.defenseunicorns.uds.bundle.v2',
    })),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'an entry of another type in a next bundle',
    aBundle('next').editing('next-index', (json) =>
      changed(json, 'manifests', 1, { artifactType: 'application/x' }),
    ),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a newer language of the definition',
    aBundle('next').definingNext((text) => text.replace('v1alpha1', 'v1beta1')),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a further layer of unknown type',
    aBundle('next').withNextFile('more.hcl', '', hclType),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
  [
    'a manifest of the type older programs wrote',
    aBundle().editing('manifest', (json) => ({
      ...json,
      mediaType: 'application/vnd.zarf.layer.v1.blob',
    })),
    ['pass'],
  ],
  ...(['root', 'manifest'] as const).map((part): [string, ReturnType<typeof aBundle>, string[]] => [
    `a newer schema of the ${part}`,
    aBundle().editing(part, (json) => ({ ...json, schemaVersion: 3 })),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ]),
  [
    'a newer schema of the definition manifest',
    aBundle('next').editing('next-definition', (json) => ({ ...json, schemaVersion: 3 })),
    ['undecided BUNDLE_FORMAT_UNKNOWN'],
  ],
];

describe('bundle/format', () => {
  it.each(rows)('%s', (_name, draft, expected) => expect(draft.judgedBy(format)).toEqual(expected));

  it.each(rows.filter(([, , [first]]) => first?.includes('UNKNOWN')))(
    '%s fails nothing else: what is not known is not wrong',
    (_name, draft) => {
      const fails = runChecks(catalog, draft.facts()).filter(
        ({ outcome, severity }) => outcome === 'fail' && severity === 'error',
      );
      expect(fails.map(({ id, message }) => `${id} ${message}`)).toEqual([]);
    },
  );
});
