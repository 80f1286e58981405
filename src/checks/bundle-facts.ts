import type { Survey } from '../archive/survey.ts';
import type { BundleHalf } from './bundle-half.ts';
import { ProblemList } from './bundle-problem.ts';
import type { BundleFacts, PackageFacts } from './facts.ts';
import { gatherLegacyHalf } from './legacy-bundle-tree.ts';
import { gatherNextHalf } from './next-bundle-tree.ts';
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
  if (survey.container.compression === 'none')
    list.report(
      'BUNDLE_NOT_COMPRESSED',
      'archive',
      'the bundle is a plain tar; deploying programs read zstd only',
    );
  const { first, second } = gatherHalves(format, survey, list);
  const reached = new Set([...first.blobs.reached, ...(second?.blobs.reached ?? [])]);
  const missing = new Set([...first.blobs.missing, ...(second?.blobs.missing ?? [])]);
  const next = format === 'uds-next' ? first : second;
  return {
    bundle: {
      format: formats[format],
      definition: first.definition,
      nextDefinition: second?.definition,
      rootDigest: first.rootDigest,
      problems: list.problems,
      missing: [...missing].sort(),
      unreferenced: strayEntries(survey.entries, reached),
      members: [...first.members, ...(second?.members ?? [])],
      ...(first.architecture === undefined ? {} : { architecture: first.architecture }),
      ...(first.definitionDigest === undefined ? {} : { definitionDigest: first.definitionDigest }),
      ...(next?.rootDigest === undefined ? {} : { nextIndexDigest: next.rootDigest }),
    },
    packages: [...first.packages, ...(second?.packages ?? [])],
  };
}

const formats = { 'uds-legacy': 'legacy', 'uds-next': 'next', 'uds-hybrid': 'hybrid' } as const;

/** In a hybrid a package that both halves pin by one digest is one package, read once. */
function gatherHalves(
  format: keyof typeof formats,
  survey: Survey,
  list: ProblemList,
): { readonly first: BundleHalf; readonly second: BundleHalf | undefined } {
  if (format === 'uds-next')
    return { first: gatherNextHalf(survey, format, list, new Set()), second: undefined };
  const first = gatherLegacyHalf(survey, format, list);
  if (format === 'uds-legacy') return { first, second: undefined };
  const second = gatherNextHalf(
    survey,
    format,
    list,
    new Set(first.packages.map(({ label }) => label)),
  );
  const shared = new Map<string, string>();
  const members = second.members.map((member) => {
    const twin = first.members.find(
      (each) =>
        each.name === member.name && each.digest === member.digest && each.label !== undefined,
    );
    if (twin?.label === undefined || member.label === undefined) return member;
    shared.set(member.label, twin.label);
    return { ...member, label: twin.label };
  });
  return {
    first,
    second: {
      ...second,
      members,
      packages: second.packages.filter(({ label }) => !shared.has(label)),
    },
  };
}
