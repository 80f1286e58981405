import { judgeSize } from '../../policy/size-budget.ts';
import { defineCheck, type Result, type Subject } from '../check.ts';
import type { ArchiveFacts } from '../facts.ts';
import {
  fail,
  notApplicable,
  pass,
  theArchive,
  thePackage,
  undecided,
  unseen,
} from '../results.ts';

type Facts = Pick<ArchiveFacts, 'identity' | 'container' | 'packages' | 'bundle' | 'budget'>;

/** Something that has a size and a name budgets can speak of. */
interface Measured {
  readonly kind: 'image' | 'package' | 'bundle';
  readonly name: string;
  readonly size: number;
  readonly subject: Subject;
}

export const size = defineCheck({
  id: 'budget/size',
  title: 'Every size keeps its budget',
  area: 'budget',
  severity: 'error',
  needs: ['identity', 'container', 'packages', 'bundle', 'budget'],
  help: {
    why: 'A package far too large does not fit the medium or the cluster; one far too small lacks what it should carry, weights above all.',
    fix: 'Look at what grew or is missing with cowa-release inspect; change the budget in the policy only when the size is meant',
    source: 'cowa-release policy, budgets',
  },
  *evaluate(facts) {
    const archive = theArchive(facts.identity);
    if (facts.budget.limits.length === 0) {
      yield notApplicable(archive, 'no policy with budgets was given');
      return;
    }
    const because = unseen(facts.container);
    if (because !== undefined) {
      yield undecided(archive, because);
      return;
    }
    const matched = new Set<string>();
    for (const measured of measure(facts)) yield* judge(measured, facts.budget.limits, matched);
    for (const limit of facts.budget.limits) {
      const applies = limit.kind !== 'bundle' || facts.bundle !== undefined;
      if (applies && !matched.has(`${limit.kind} ${limit.pattern}`))
        yield notApplicable(archive, `nothing here is a ${limit.kind} called ${limit.pattern}`);
    }
  },
});

function* judge(
  { kind, name, size: bytes, subject }: Measured,
  limits: Facts['budget']['limits'],
  matched: Set<string>,
): Generator<Result> {
  for (const { budget, outcome } of judgeSize(kind, name, bytes, limits)) {
    matched.add(`${kind} ${budget.pattern}`);
    if (outcome === 'over')
      yield fail(subject, `${bytes} bytes are more than the budget of ${budget.maxBytes}`, {
        code: 'BUDGET_OVER',
      });
    else if (outcome === 'under')
      yield fail(subject, `${bytes} bytes are less than the ${budget.minBytes} that are due`, {
        code: 'BUDGET_UNDER',
      });
    else yield pass(subject, `${bytes} bytes keep the budget for ${budget.pattern}`);
  }
}

/** Bundles weigh what their file weighs, packages in them what their files do; an image, its config and layers. */
function* measure({ identity, container, packages, bundle }: Facts): Generator<Measured> {
  const archive = theArchive(identity);
  if (bundle !== undefined) {
    yield {
      kind: 'bundle',
      name: bundle.definition?.bundle?.metadata.name ?? archive.name,
      size: container.size,
      subject: archive,
    };
  }
  for (const each of packages) {
    const name = each.definition?.definition?.metadata.name ?? each.label;
    const files = [...each.files.values()].reduce((sum, file) => sum + file.size, 0);
    yield {
      kind: 'package',
      name,
      size: bundle === undefined ? container.size : files,
      subject: thePackage(each),
    };
    for (const root of each.images?.roots ?? []) {
      for (const manifest of root.manifests) {
        const image = root.name ?? manifest.descriptor.digest;
        yield {
          kind: 'image',
          name: image,
          size: manifest.size,
          subject: { kind: 'image', name: image, digest: manifest.descriptor.digest },
        };
      }
    }
  }
}
