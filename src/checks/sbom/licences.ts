import { judgeLicences } from '../../policy/sbom/judge-licences.ts';
import type { LicenceRules } from '../../policy/sbom/sbom-policy.ts';
import type { ListedPackage } from '../../sbom/packaged-sbom.ts';
import { defineCheck, type Result } from '../check.ts';
import { eachPackage, fail, notApplicable, pass, thePackage, undecided } from '../results.ts';
import {
  type ListedContents,
  listedContents,
  packageOf,
  tellAll,
  tellGap,
} from '../sbom-contents.ts';

/** Licences as SPDX expressions: of a choice one that is allowed is enough. */
export const sbomLicences = defineCheck({
  id: 'sbom/licences',
  title: 'Everything in the images may be used under its licences, as the policy has it',
  area: 'sbom',
  severity: 'error',
  needs: ['identity', 'container', 'packages', 'sbomRules'],
  help: {
    why: 'A licence that the organization cannot keep is found before a release is handed on, not after.',
    fix: 'Replace or leave out the package; where its use was cleared, waive the finding with owner, reason and date',
    source: 'cowa-release docs/policy.md, SBOMs; SPDX 2.3, annex D',
  },
  codes: {
    SBOM_LICENCE_UNKNOWN: {
      why: 'A package without a licence anybody can name may be under any.',
      fix: 'Find out and waive the finding with owner, reason and date, or let the policy bear packages without one',
    },
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, unseen) {
      const rules = facts.sbomRules?.licences;
      if (rules === undefined) {
        yield notApplicable(thePackage(each), 'the policy says nothing of licences');
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

function* judge(contents: ListedContents, rules: LicenceRules): Generator<Result> {
  const { packages = [], subject } = contents;
  const forbidden: ListedPackage[] = [];
  const unknown: ListedPackage[] = [];
  for (const found of packages) {
    const judged = found.licences === undefined ? 'unknown' : judgeLicences(found.licences, rules);
    if (judged === 'forbidden') forbidden.push(found);
    else if (judged === 'unknown') unknown.push(found);
  }
  yield* tellAll(
    contents,
    forbidden.map((found) => ({
      subject: packageOf(contents, found),
      message: `it is under ${(found.licences ?? []).join(', ')}`,
    })),
    'SBOM_LICENCE_FORBIDDEN',
  );
  yield* tellGap(contents);
  const code = 'SBOM_LICENCE_UNKNOWN';
  const message = `of ${unknown.length} of ${packages.length} packages nobody can tell the licence: ${named(unknown)}`;
  if (unknown.length > 0 && rules.unknown === 'undecided') yield undecided(subject, message, code);
  else if (unknown.length > 0 && rules.unknown === 'fail') yield fail(subject, message, { code });
  else if (forbidden.length === 0 && contents.because === undefined)
    yield pass(
      subject,
      unknown.length === 0
        ? `${packages.length} packages, each under licences the policy allows`
        : `${packages.length} packages, none under a licence the policy forbids; ${unknown.length} name none`,
    );
}

const maxNamed = 5;

function named(packages: readonly ListedPackage[]): string {
  const names = [...new Set(packages.map(({ name }) => name))];
  return `${names.slice(0, maxNamed).join(', ')}${names.length > maxNamed ? ', …' : ''}`;
}
