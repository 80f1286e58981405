import { fail, notApplicable, pass } from '../../checks/results.ts';
import { matchesPattern } from '../../policy/matches-pattern.ts';
import { type DeployedPackage, definitionSubject, notAllRead } from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, hanging, type LintResult } from '../lint-check.ts';
import { listed, wholeSubject } from '../lint-results.ts';
import { imagesInValues, imagesOf, isOpenImage, normal } from '../named-images.ts';

export const imagesUsed = defineReleaseCheck({
  id: 'deployment/images-used',
  title: 'Every image that is carried is named by something that is deployed, or listed as extra',
  severity: 'warning',
  help: {
    why: 'An image nobody names is weight on every medium, and mostly a sign that the chart names another one.',
    fix: 'Take it out of images, name it where it is meant to run, or list it with a reason under extraImages of cowa-release.yaml.',
    source: 'Release model §3.1: lists in images and in the charts agree exactly',
  },
  examples: {
    good: `images: [ghcr.io/example/api:1.2.0, ghcr.io/example/debug:1.0.0]
# cowa-release.yaml
extraImages: [{ image: ghcr.io/example/debug:1.0.0, reason: started by hand when something is wrong }]`,
    bad: `images: [ghcr.io/example/api:1.2.0, ghcr.io/example/old-sidecar:1.0.0] # nothing runs the second`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const each of facts.packages) {
      count += each.definition.components.flatMap(({ images = [] }) => images).length;
      yield* judge(each, facts);
    }
    if (count === 0) yield notApplicable(wholeSubject(facts), 'no package carries an image');
    else yield pass(wholeSubject(facts), `${count} images were looked for`);
  },
});

function* judge(facts: DeployedPackage, release: DeployedRelease): Generator<LintResult> {
  const company = companyOf(facts, release);
  const used = new Set<string>();
  let texts = '';
  for (const { objects } of company)
    for (const object of objects) {
      for (const { image = '' } of imagesOf(object)) used.add(normal(image));
      // A program may be told an image in any way.
      texts += JSON.stringify(object.value);
    }
  for (const each of company) for (const { image } of imagesInValues(each)) used.add(normal(image));
  const because = company.map(notAllRead).find((reason) => reason !== undefined);
  // What only carries images is there for others.
  if (because === undefined && company.every(({ objects }) => objects.length === 0)) return;
  const open: string[] = [];
  for (const [index, { name, images = [] }] of facts.definition.components.entries())
    for (const [at, image] of images.entries()) {
      const known = normal(image);
      if (used.has(known) || texts.includes(JSON.stringify(image).slice(1, -1))) continue;
      if (isSignature(image) || isExtra(facts, image) || isOpenImage(facts, image)) continue;
      open.push(image);
      if (because !== undefined) continue;
      yield fail(
        definitionSubject(facts, `/components/${index}/images/${at}`),
        `component '${name}' carries ${image}, which nothing that is deployed names`,
      );
    }
  if (because === undefined || open.length === 0) return;
  const subject = definitionSubject(facts, '/components');
  const message = `nothing that was read names ${listed(open, 3)}; ${because}`;
  yield hanging(subject, message, because);
}

/** The package, and those that any bundle deploys with it. */
function companyOf(
  facts: DeployedPackage,
  { bundles }: DeployedRelease,
): readonly DeployedPackage[] {
  const beside = bundles
    .filter(({ packages }) => packages.some((each) => each.package?.file === facts.file))
    .flatMap(({ packages }) => packages.flatMap((each) => each.package ?? []));
  return [facts, ...beside];
}

/** Signatures and attestations travel beside what they speak of. */
function isSignature(image: string): boolean {
  return /:sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/.test(image);
}

function isExtra({ extraImages = [] }: DeployedPackage, image: string): boolean {
  return extraImages.some(
    (each) => matchesPattern(image, each.image) || matchesPattern(normal(image), each.image),
  );
}
