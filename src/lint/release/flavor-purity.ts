import type { Subject } from '../../checks/check.ts';
import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import { boxOf, inside, textOf } from '../../zarf/deployed-object.ts';
import { quantity } from '../../zarf/workload-needs.ts';
import {
  type DeployedPackage,
  definitionSubject,
  notAllRead,
  objectSubject,
  placeSubject,
} from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, hanging, type LintResult } from '../lint-check.ts';
import { packageSubject, wholeSubject } from '../lint-results.ts';
import { allPods } from '../pods.ts';
import { type FlavorPackages, flavorPackages } from '../release-packages.ts';

export const flavorPurity = defineReleaseCheck({
  id: 'release/flavor-purity',
  title: 'Flavor cpu asks for no GPU and carries none of its images; flavor gpu asks for one',
  severity: 'error',
  help: {
    why: 'A pod that asks for a GPU is never scheduled where there is none; a GPU image carries gigabytes for nothing; a GPU backend without a limit gets no GPU.',
    fix: 'Set the limit to 0 and the runtime class to nothing in cpu; set nvidia.com/gpu in the limits of the backend in gpu.',
    source: 'Release model §2, §3.2 and §3.3; requirements R5 and R65',
  },
  examples: {
    good: `# flavor gpu, chat backend
resources: { limits: { nvidia.com/gpu: 1 } }
# flavor cpu
resources: { limits: { nvidia.com/gpu: 0 } }`,
    bad: `# flavor cpu
images: [ghcr.io/example/backend:1.0.0-cuda12]
resources: { limits: { nvidia.com/gpu: 1 } }`,
  },
  *evaluate(facts) {
    const flavors = flavorPackages(facts);
    for (const flavor of flavors)
      yield* flavor.name === 'cpu' ? withoutGpu(flavor) : withGpu(facts, flavor);
    if (flavors.length === 0)
      yield notApplicable(wholeSubject(facts), 'no release definition names flavors');
    else yield pass(wholeSubject(facts), `${flavors.length} flavors were looked at for GPUs`);
  },
});

/** A limit on a GPU in a container. */
interface GpuLimit {
  readonly subject: Subject;
  readonly resource: string;
  /** Undefined: settled at deployment. */
  readonly amount: number | undefined;
  readonly says: string;
}

function* gpuLimits(facts: DeployedPackage): Generator<GpuLimit> {
  for (const { object, containers } of allPods(facts))
    for (const { value, path, says } of containers)
      for (const member of ['limits', 'requests'] as const)
        for (const [resource, amount] of Object.entries(
          boxOf(inside(value, 'resources', member)) ?? {},
        )) {
          if (!/(?:^|[./])gpu(?:$|[./-])|^nvidia\.com\//.test(resource)) continue;
          const subject = objectSubject(object, [...path, 'resources', member, resource]);
          yield { subject, resource, amount: quantity(amount), says };
        }
}

function* withoutGpu({ name, packages }: FlavorPackages): Generator<LintResult> {
  for (const { name: called, package: found } of packages) {
    if (found === undefined) continue;
    for (const { subject, resource, amount, says } of gpuLimits(found))
      if (amount !== 0 && amount !== undefined)
        yield fail(subject, `flavor ${name}: ${says} asks for ${amount} of ${resource}`);
    for (const { object, path, spec } of allPods(found)) {
      const runtime = textOf(spec['runtimeClassName']);
      if (/nvidia|gpu|rocm/i.test(runtime) && !runtime.includes('###'))
        yield fail(
          objectSubject(object, [...path, 'spec', 'runtimeClassName']),
          `flavor ${name}: the pod runs in runtime class ${runtime}`,
        );
    }
    for (const [index, { images = [] }] of found.definition.components.entries())
      for (const [at, image] of images.entries())
        if (
          /(?:^|[/:._-])(?:cuda|nvidia|gpu|rocm)[0-9.]*(?:$|[/:._-])/i.test(
            image.split('@')[0] ?? '',
          )
        )
          yield fail(
            definitionSubject(found, `/components/${index}/images/${at}`),
            `flavor ${name}: ${image} is an image for GPUs`,
          );
    const because = notAllRead(found);
    const message = `flavor ${name}: whether all of package '${called}' does without a GPU is not known`;
    if (because !== undefined)
      yield hanging(packageSubject(found), `${message}; ${because}`, because);
  }
}

/** Somebody takes a GPU; those the release definition says do. */
function* withGpu(
  facts: DeployedRelease,
  { name, packages, complete, bundle }: FlavorPackages,
): Generator<LintResult> {
  const place = facts.definitionAt?.(`/flavors/${name}`);
  const subject = place === undefined ? wholeSubject(facts) : placeSubject(place);
  const roles = (facts.definition?.platform?.roles ?? []).filter(
    ({ gpu, flavors }) => gpu === true && (flavors === undefined || flavors.includes(name)),
  );
  const players = packages.filter((each) => roles.some(({ oneOf }) => oneOf.includes(each.name)));
  for (const { name: called, package: found, bundled } of players) {
    if (found === undefined) continue;
    const at =
      bundle === undefined || bundled === undefined
        ? subject
        : placeSubject(bundle.at(`${bundled.pointer}/name`));
    yield* judge(at, [found], `flavor ${name}: package '${called}' asks for no GPU`);
  }
  if (players.length > 0) return;
  if (!complete) {
    // Published elsewhere, or judged where it is bundled; what is broken is another matter.
    if (facts.unread.length > 0)
      yield undecided(subject, `flavor ${name}: not every package of it could be read`);
    return;
  }
  const all = packages.flatMap((each) => each.package ?? []);
  yield* judge(subject, all, `flavor ${name}: none of its packages asks for a GPU`);
}

function* judge(
  subject: Subject,
  packages: readonly DeployedPackage[],
  message: string,
): Generator<LintResult> {
  const limits = packages.flatMap((each) => [...gpuLimits(each)]);
  if (limits.some(({ amount }) => amount !== undefined && amount > 0)) return;
  const because = packages.map(notAllRead).find((reason) => reason !== undefined);
  if (because !== undefined) yield hanging(subject, `${message}; ${because}`, because);
  else if (limits.some(({ amount }) => amount === undefined))
    yield undecided(subject, `${message} before its variables are set`);
  else yield fail(subject, message);
}
