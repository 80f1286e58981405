import { isForbidden } from '../../policy/sbom/judge-package.ts';
import type { ForbiddenPackage } from '../../policy/sbom/sbom-policy.ts';
import type { ListedPackage } from '../../sbom/packaged-sbom.ts';
import { defineCheck, type Result, type Subject } from '../check.ts';
import { eachPackage, notApplicable, pass, thePackage, undecided } from '../results.ts';
import {
  type ListedContents,
  listedContents,
  packageOf,
  tellAll,
  tellGap,
} from '../sbom-contents.ts';

/** A package, or a version of it, that nobody wants on the far side. */
export const sbomPackages = defineCheck({
  id: 'sbom/packages',
  title: 'No image holds a package that the policy forbids',
  area: 'sbom',
  severity: 'error',
  needs: ['identity', 'container', 'packages', 'sbomRules'],
  help: {
    why: 'Some packages, or some versions of them, are known to be no good; the policy names them.',
    fix: 'Build the image with another version or without it; where it has to stay, waive the finding with owner, reason and date',
    source: 'cowa-release docs/policy.md, SBOMs',
  },
  codes: {
    SBOM_VERSION_UNKNOWN: {
      why: 'The rule is about some versions, and which of two is older cannot be told here.',
      fix: 'Name the versions in the policy one by one, or look at the package',
    },
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, unseen) {
      const rules = facts.sbomRules?.packages ?? [];
      if (rules.length === 0) {
        yield notApplicable(thePackage(each), 'the policy forbids no package');
        return;
      }
      let looked = 0;
      for (const contents of listedContents(each, unseen)) {
        looked += 1;
        yield* judge(contents, rules);
      }
      if (looked > 0) return;
      if (unseen !== undefined) yield undecided(thePackage(each), unseen);
      else yield notApplicable(thePackage(each), 'it holds neither images nor SBOMs');
    }),
});

function* judge(contents: ListedContents, rules: readonly ForbiddenPackage[]): Generator<Result> {
  const { packages = [], subject } = contents;
  const forbidden: { readonly subject: Subject; readonly message: string }[] = [];
  let open = 0;
  for (const found of packages) {
    const about = packageOf(contents, found);
    const verdict = verdictOf(found, rules);
    if (verdict === undefined) continue;
    if (verdict.forbidden) forbidden.push({ subject: about, message: verdict.reason });
    else {
      open += 1;
      yield undecided(
        about,
        `whether its version is meant cannot be told: ${verdict.reason}`,
        'SBOM_VERSION_UNKNOWN',
      );
    }
  }
  yield* tellAll(contents, forbidden, 'SBOM_PACKAGE_FORBIDDEN');
  yield* tellGap(contents);
  if (forbidden.length + open === 0 && contents.because === undefined)
    yield pass(subject, `none of ${packages.length} packages is one that the policy forbids`);
}

/** Of several rules one that forbids counts before one that cannot be told. */
function verdictOf(
  found: ListedPackage,
  rules: readonly ForbiddenPackage[],
): { readonly forbidden: boolean; readonly reason: string } | undefined {
  let open: string | undefined;
  for (const rule of rules) {
    const forbidden = isForbidden(found, rule);
    if (forbidden === true) return { forbidden, reason: reasonOf(rule) };
    if (forbidden === undefined) open ??= reasonOf(rule);
  }
  return open === undefined ? undefined : { forbidden: false, reason: open };
}

function reasonOf({ below, versions, reason }: ForbiddenPackage): string {
  const which = [
    ...(below === undefined ? [] : [`below ${below}`]),
    ...(versions === undefined ? [] : [versions.join(', ')]),
  ].join(' or ');
  return `the policy forbids it${which === '' ? '' : ` (${which})`}: ${reason}`;
}
