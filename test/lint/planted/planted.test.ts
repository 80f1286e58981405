import { beforeAll, describe, expect, it } from 'vitest';
import { packageChecks, releaseChecks } from '../../../src/lint/catalog.gen.ts';
import { definitionResolved, definitionSchema } from '../../../src/lint/definition-checks.ts';
import type { LintFinding } from '../../../src/lint/lint-check.ts';
import type { Edit } from './edit.ts';
import { faults } from './faults.ts';
import { edited, lintFiles, sound } from './lint-planted.ts';
import type { PlantedFault } from './planted-fault.ts';
import { variations } from './variations.ts';

/** What our own definitions are found to have without any edit. */
let before: ReadonlySet<string> = new Set();

const named = ({ id, subject, message }: LintFinding): string =>
  `${id} ${subject.name}:${subject.line ?? 0} ${message}`;

/** Digests of images that are not built yet are nobody's to know: its lines move with every edit. */
const isPinning = (told: string): boolean => told.startsWith('deployment/images-pinned ');

/** Part of the tree an edit may change the judgement of: a package, or what holds all of them together. */
function partOf({ file }: Edit): string {
  return /^packages\/[^/]+/.exec(file)?.[0] ?? file;
}

/** As many at once as do not touch each other: every run looks at the whole tree again. */
function together<T extends { readonly edits: readonly Edit[] }>(
  all: readonly T[],
): readonly (readonly T[])[] {
  const groups: { readonly parts: Set<string>; readonly members: T[] }[] = [];
  for (const each of all) {
    const parts = each.edits.map(partOf);
    const group = groups.find((one) => parts.every((part) => !one.parts.has(part)));
    if (group === undefined) groups.push({ parts: new Set(parts), members: [each] });
    else {
      group.members.push(each);
      for (const part of parts) group.parts.add(part);
    }
  }
  return groups.map(({ members }) => members);
}

beforeAll(async () => {
  const { findings } = await lintFiles(sound);
  before = new Set(findings.map(named));
}, 60_000);

it('our own definitions have no faults', () => {
  expect([...before].filter((each) => !isPinning(each))).toEqual([]);
});

it('every check of the catalogue has a planted fault', () => {
  const planted = new Set(faults.map(({ id }) => id));
  const all = [...packageChecks, ...releaseChecks, definitionResolved, definitionSchema];
  expect(all.map(({ id }) => id).filter((id) => !planted.has(id))).toEqual([]);
  const known = new Set<string>(all.map(({ id }) => id));
  expect([...planted].filter((id) => !known.has(id))).toEqual([]);
});

describe('planted faults', () => {
  const alone = faults.filter((each) => each.alone === true).map((each) => [each]);
  const groups = [...alone, ...together(faults.filter((each) => each.alone !== true))];

  it.each(groups.map((group) => [group.map(({ what }) => what).join('; '), group] as const))(
    'are found where they are: %s',
    async (_what, group) => {
      const files = edited(group.flatMap(({ edits }) => edits));
      const { findings } = await lintFiles(files);
      for (const fault of group) {
        const told = findings.filter(({ id }) => id === fault.id).map(named);
        const due = `${fault.id} ${placeOf(fault, files)} `;
        expect(
          told.filter((each) => each.startsWith(due) && each.includes(fault.says)),
          fault.what,
        ).not.toEqual([]);
      }
    },
    30_000,
  );
});

/** `file:line` of the finding; what is no file has its name alone. */
function placeOf(
  { at: [file, text] }: PlantedFault,
  files: Readonly<Record<string, string>>,
): string {
  const path = `bundles/${file}`;
  const all = files[path];
  if (all === undefined) return `${file}:0`;
  const index = all.indexOf(text);
  expect(index, `${file} holds ${text}`).toBeGreaterThanOrEqual(0);
  return `${path}:${all.slice(0, index).split('\n').length}`;
}

describe('sound variations', () => {
  it('are at least forty', () => {
    expect(variations.length).toBeGreaterThanOrEqual(40);
  });

  it.each(
    together(variations).map((group) => [group.map(({ what }) => what).join('; '), group] as const),
  )(
    'stay silent: %s',
    async (_what, group) => {
      const { findings } = await lintFiles(edited(group.flatMap(({ edits }) => edits)));
      expect(findings.map(named).filter((each) => !before.has(each) && !isPinning(each))).toEqual(
        [],
      );
    },
    30_000,
  );
});
