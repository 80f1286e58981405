import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { keptDocument, withSboms } from '../../../test/support/sbom-documents.ts';
import type { NestedFiles } from '../../archive/nested-files.ts';
import type { ArchiveFacts } from '../facts.ts';
import { runChecks } from '../run-checks.ts';
import { sbomBound } from './bound.ts';

const draft = () => aPackage().image().with('sboms.tar', 'x');
const [manifest] = draft().facts().packages[0]?.images?.roots[0]?.manifests ?? [];
const other = `sha256:${'f'.repeat(64)}`;

function document(
  digest: string | undefined = manifest?.descriptor.digest,
  layers: readonly string[] = manifest?.diffIds ?? [],
  whole = true,
): Buffer {
  return keptDocument({ ...(digest === undefined ? {} : { manifest: digest }), layers }, [], {
    whole,
  });
}

/** The facts of a package whose `sboms.tar` holds these documents. */
const holding = (nested: Partial<NestedFiles> | undefined): ArchiveFacts =>
  withSboms(draft().facts(), nested);

const files = (...documents: readonly Buffer[]): Partial<NestedFiles> => ({
  files: new Map(documents.map((each, at) => [`${at}.json`, each])),
});

/** As a bundle has it that does not select every component. */
const withoutSome = (facts: ArchiveFacts): ArchiveFacts => ({
  ...facts,
  packages: facts.packages.map((each) => ({ ...each, leftOut: new Set<string>() })),
});

const about = { manifest: manifest?.descriptor.digest ?? '', layers: manifest?.diffIds ?? [] };
const config = { config: manifest?.config?.digest ?? '' };
/** Zarf names the manifest by an empty text. */
const byConfig = (digest: string, layers: readonly string[] = about.layers): Buffer =>
  keptDocument({ manifest: '', config: digest, layers });
const coverage = {
  uncovered: [{ ecosystem: 'Java archives', count: 2 }],
  ...{ faults: [], binaries: 0, unexplainedBinaries: 0 },
};
const gaps = { descriptor: { configuration: { coverage } } };

const configPath = `images/blobs/sha256/${manifest?.config?.digest.slice(7)}`;

describe('sbom/bound', () => {
  it('tells what documents say they leave out', () => {
    const [finding] = runChecks([sbomBound], holding(files(keptDocument(about, [], gaps))));
    expect(finding?.message).toContain('1 of 1 say what they leave out: 2 Java archives');
  });

  it.each([
    ['an SBOM about exactly the image', holding(files(document())), ['pass']],
    ['one of files beside it', holding(files(document(), keptDocument({}))), ['pass']],
    [
      'an SBOM as Zarf writes it, by the config alone',
      holding(files(byConfig(manifest?.config?.digest ?? ''))),
      ['pass'],
    ],
    [
      'an SBOM by the config of another image',
      holding(files(byConfig(other))),
      ['fail error SBOM_OF_IMAGE_MISSING', 'fail error SBOM_STALE'],
    ],
    [
      'an SBOM by the config, and of other layers',
      holding(files(byConfig(manifest?.config?.digest ?? '', [other]))),
      ['fail error SBOM_LAYERS_DIFFER'],
    ],
    [
      'an SBOM of another manifest with this config',
      holding(files(keptDocument({ ...about, manifest: other, ...config }))),
      ['fail error SBOM_OF_IMAGE_MISSING', 'fail error SBOM_STALE'],
    ],
    [
      'an SBOM of other content',
      holding(files(document(other))),
      ['fail error SBOM_OF_IMAGE_MISSING', 'fail error SBOM_STALE'],
    ],
    ['one too many', holding(files(document(), document(other))), ['fail error SBOM_STALE']],
    [
      'other layers',
      holding(files(document(manifest?.descriptor.digest, [other]))),
      ['fail error SBOM_LAYERS_DIFFER'],
    ],
    [
      'none of its layers',
      holding(files(document(manifest?.descriptor.digest, []))),
      ['fail error SBOM_LAYERS_DIFFER'],
    ],
    [
      'a layer more',
      holding(files(document(manifest?.descriptor.digest, [...(manifest?.diffIds ?? []), other]))),
      ['fail error SBOM_LAYERS_DIFFER'],
    ],
    [
      'one about an image, in a package without any',
      withSboms(aPackage().with('sboms.tar', 'x').facts(), files(document())),
      ['fail error SBOM_STALE'],
    ],
    [
      'one about what a bundle does not take along',
      withoutSome(holding(files(document(), document(other)))),
      ['pass'],
    ],
    [
      'one about what may come behind the end of the reading',
      withSboms(draft().cutBefore('zarf.yaml').facts(), files(document(), document(other))),
      ['undecided'],
    ],
    [
      'a document that ends early',
      holding(files(document(undefined, [], false), document())),
      ['fail error SBOM_UNREADABLE'],
    ],
    ['no document at all', holding(files()), ['fail error SBOM_OF_IMAGE_MISSING']],
    ['one with gaps', holding(files(keptDocument(about, [], gaps))), ['pass']],
    [
      'an image of which the config was not read',
      withSboms(draft().unread(configPath).facts(), files(document())),
      ['undecided'],
    ],
    ['no SBOMs', aPackage().image().facts(), ['not-applicable']],
    ['a tar that is no flat one', holding(undefined), ['undecided']],
    ['a tar that ends early', holding({ fault: 'the tar ends inside a block' }), ['undecided']],
    [
      'documents too large to keep beside one about the image',
      holding({ ...files(document()), tooLarge: ['a.json'] }),
      ['undecided'],
    ],
    ['documents too large to keep', holding({ tooLarge: ['a.json'] }), ['undecided', 'undecided']],
    [
      'reading ended before',
      aPackage().image().with('sboms.tar', 'x').cutBefore('sboms.tar').facts(),
      ['undecided'],
    ],
  ])('%s', (_name, facts, expected) => {
    expect(inShort(runChecks([sbomBound], facts))).toEqual(expected);
  });
});
