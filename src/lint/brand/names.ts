import { posix } from 'node:path';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import type { BrandConfig } from '../../config/release-definition.ts';
import { matchesPattern } from '../../policy/matches-pattern.ts';
import { objectSubject, placeSubject } from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { releaseFolder } from '../release-packages.ts';

export const names = defineReleaseCheck({
  id: 'brand/names',
  title:
    'No old name stands in definitions, documents or what is deployed, save where it is allowed',
  severity: 'error',
  help: {
    why: 'An old name in an image, a label or an address points to something that is not published any more, or to somebody else.',
    fix: 'Write the new name, or allow the place with a reason under brand.allow of cowa-release.yaml.',
    source: 'Requirements R7 and R8; past failure P19',
  },
  examples: {
    good: `# cowa-release.yaml
brand:
  old: [{ category: product, text: oldname }]
  allow: [{ within: registry1.dso.mil/ironbank/oldname, reason: path of a third party }]
# zarf.yaml
metadata: { name: newname-api }`,
    bad: `# cowa-release.yaml
brand: { old: [{ category: product, text: oldname }] }
# zarf.yaml
metadata: { name: oldname-api }`,
  },
  *evaluate(facts) {
    const brand = facts.definition?.brand;
    if (brand === undefined) {
      yield notApplicable(wholeSubject(facts), 'no release definition names old names under brand');
      return;
    }
    const definition = facts.definitionAt?.('').file;
    const counts = new Map(brand.old.map(({ category }) => [category, 0]));
    for (const [file, text] of textsOf(facts)) {
      // It names them itself.
      if (file === definition) continue;
      const path = below(facts, file);
      for (const [category, found] of search(text, path, brand)) {
        const [first] = found;
        if (first === undefined) continue;
        counts.set(category, (counts.get(category) ?? 0) + found.length);
        const more = found.length > 1 ? `; ${found.length} times in this file` : '';
        yield fail(
          placeSubject({ file, line: first.line, column: first.column }),
          `old ${category} '${first.text}'${more}`,
        );
      }
    }
    yield* rendered(facts, brand);
    const told = [...counts].map(([category, count]) => `${category} ${count}`).join(', ');
    yield pass(wholeSubject(facts), `old names by category: ${told}`);
  },
});

interface Found {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Documents, definitions and all that placeholders may stand in; each once. */
function textsOf({ documents, packages }: DeployedRelease): ReadonlyMap<string, string> {
  const texts = new Map(documents);
  for (const each of packages) for (const [path, text] of each.texts) texts.set(path, text);
  return new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function below(facts: DeployedRelease, file: string): string {
  const folder = releaseFolder(facts);
  return folder === undefined ? file : posix.relative(folder, file);
}

/** Occurrences that are not allowed, by category. */
function search(
  text: string,
  path: string,
  { old, allow = [] }: BrandConfig,
): ReadonlyMap<string, readonly Found[]> {
  const found = new Map<string, Found[]>();
  const small = text.toLowerCase();
  for (const { category, text: name } of old) {
    const wanted = name.toLowerCase();
    for (let at = small.indexOf(wanted); at >= 0; at = small.indexOf(wanted, at + wanted.length)) {
      const allowed = allow.some(
        (each) =>
          (each.path === undefined || matchesPattern(path, each.path)) &&
          (each.within === undefined ||
            within(small, at, wanted.length, each.within.toLowerCase())),
      );
      if (allowed) continue;
      const before = text.slice(0, at);
      const place = {
        text: text.slice(at, at + name.length),
        line: before.split('\n').length,
        column: at - before.lastIndexOf('\n'),
      };
      found.set(category, [...(found.get(category) ?? []), place]);
    }
  }
  return found;
}

/** Whether an occurrence is part of a longer text that stands there. */
function within(text: string, at: number, length: number, longer: string): boolean {
  const from = Math.max(0, at + length - longer.length);
  const index = text.indexOf(longer, from);
  return index >= 0 && index <= at;
}

/** Names that only come to be when a chart is rendered. */
function* rendered(
  { packages }: DeployedRelease,
  brand: BrandConfig,
): Generator<ReturnType<typeof fail>> {
  for (const facts of packages) {
    const written = [...facts.texts.values()].join('\n').toLowerCase();
    for (const object of facts.objects)
      for (const [category, [first]] of search(JSON.stringify(object.value), '', brand)) {
        // Told where it is written.
        if (first === undefined || written.includes(first.text.toLowerCase())) continue;
        yield fail(
          objectSubject(object),
          `old ${category} '${first.text}' comes out of the template`,
        );
      }
  }
}
