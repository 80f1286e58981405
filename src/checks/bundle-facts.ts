import type { Survey } from '../archive/survey.ts';
import { ProblemList } from './bundle-problem.ts';
import type { BundleFacts, PackageFacts } from './facts.ts';
import { gatherLegacyHalf } from './legacy-bundle-tree.ts';
import { strayEntries } from './stray-entries.ts';

/**
 * Reads a bundle out of a survey: definition, packages, and all that is wrong with the tree of
 * blobs. Pure; never throws on hostile content.
 */
export function gatherBundle(
  format: 'uds-legacy' | 'uds-next' | 'uds-hybrid',
  survey: Survey,
): { readonly bundle: BundleFacts; readonly packages: readonly PackageFacts[] } {
  const list = new ProblemList();
  if (survey.container.compression === 'none') list.report('BUNDLE_NOT_COMPRESSED', 'archive', 'the bundle is a plain tar; deploying programs read zstd only');
  const legacy = gatherLegacyHalf(survey, format === 'uds-hybrid' ? 'uds-hybrid' : 'uds-legacy', list);
  const { definition, definitionDigest, rootDigest, architecture, members, packages, blobs } = legacy;
  return {
    bundle: {
      format: 'legacy',
      definition,
      nextDefinition: undefined,
      rootDigest,
      problems: list.problems,
      missing: [...blobs.missing].sort(),
      unreferenced: strayEntries(survey.entries, blobs.reached),
      members,
      ...(architecture === undefined ? {} : { architecture }),
      ...(definitionDigest === undefined ? {} : { definitionDigest }),
    },
    packages,
  };
}
