import { fail, notApplicable, pass } from '../../checks/results.ts';
import { imagesCarriedBy, repositoryOf } from '../carried-images.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { normal } from '../named-images.ts';
import { blobsOf, predictedSizes } from '../predicted-sizes.ts';

export const growth = defineReleaseCheck({
  id: 'budget/growth',
  title: 'Nothing grew by more than a tenth since the release before',
  severity: 'error',
  help: {
    why: 'Weight comes back in small steps: build tools in a layer, a second copy of a model. More than 10 % is worth a look, more than 25 % a decision.',
    fix: 'Look at the layers named. Where the growth is meant, waive it with a reason in the policy until the next release is the one to compare with.',
    source: 'Release model §7, growth; requirements R39 and R68',
  },
  examples: {
    good: `# cowa-release.yaml
previousRelease: releases/1.0.0/report.json
# api: 240 MB then, 247 MB now`,
    bad: `# api: 240 MB then, 330 MB now: layer sha256:5f70… of 90 MB is new`,
  },
  *evaluate(facts) {
    const { lock, previous } = facts.budget ?? {};
    const subject = wholeSubject(facts);
    if (lock === undefined || previous === undefined) {
      yield notApplicable(subject, 'there is no release to compare with, or no lock file');
      return;
    }
    const before = new Map(
      previous.images.map((each) => [repositoryOf(normal(each.reference)), each]),
    );
    let count = 0;
    const told = new Set<string>();
    for (const flavor of Object.values(lock.flavors))
      for (const image of flavor.images) {
        const repository = repositoryOf(normal(image.reference));
        const old = before.get(repository);
        if (old === undefined || told.has(repository)) continue;
        told.add(repository);
        count++;
        const now = blobsOf(image).reduce((sum, { size }) => sum + size, 0);
        const known = new Set(old.layers?.map(({ digest }) => digest));
        const fresh = image.layers.filter(({ digest }) => !known.has(digest));
        const largest = fresh.toSorted((a, b) => b.size - a.size).slice(0, 3);
        const layers =
          old.layers === undefined
            ? ''
            : `; new layers ${largest.map(({ digest, size }) => `${digest.slice(0, 19)} of ${size}`).join(', ')}`;
        const owners = ownersOf(facts, image.reference);
        yield* judge(
          { kind: 'image', name: image.reference },
          old.size,
          now,
          `${layers}${owners === '' ? '' : `; it is of ${owners}`}`,
        );
      }
    const archives = new Map(previous.archives.map((each) => [`${each.kind} ${each.name}`, each]));
    for (const { kind, name, bytes } of predictedSizes(facts)) {
      const old = archives.get(`${kind} ${name}`);
      if (kind === 'image' || old === undefined) continue;
      count++;
      yield* judge({ kind, name }, old.size, bytes, ', counted before it is packed');
    }
    const payloads = new Map(previous.payloads.map(({ path, size }) => [path, size]));
    for (const { path, size } of Object.values(lock.flavors).flatMap((each) => each.payloads)) {
      const old = payloads.get(path);
      if (old === undefined || told.has(path)) continue;
      told.add(path);
      count++;
      yield* judge({ kind: 'file', name: path }, old, size, '');
    }
    if (count === 0)
      yield notApplicable(subject, `${previous.origin} holds nothing of what is here`);
    else yield pass(subject, `${count} sizes were compared with ${previous.origin}`);
  },
});

function* judge(
  subject: LintResult['subject'],
  before: number,
  now: number,
  more: string,
): Generator<LintResult> {
  if (before === 0 || now <= before * 1.1) return;
  const percent = Math.round(((now - before) / before) * 100);
  yield fail(
    subject,
    `it grew by ${percent} %, from ${before} to ${now} bytes${more}`,
    now > before * 1.25 ? {} : { severity: 'warning' },
  );
}

/** Packages that carry an image. */
function ownersOf({ packages }: DeployedRelease, reference: string): string {
  const owners = packages.filter(({ definition }) =>
    imagesCarriedBy(definition).some((image) => normal(image) === normal(reference)),
  );
  return [...new Set(owners.map(({ label }) => label))].sort().join(', ');
}
