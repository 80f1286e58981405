import { maxSplitParts, splitPartName } from '../../zarf/split-part.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import { spokenBy } from '../container-problems.ts';
import { describeDamage } from '../describe-damage.ts';
import type { PartsFacts } from '../parts-facts.ts';
import { fail, notApplicable, pass, theArchive, undecided } from '../results.ts';

const more = 'first of';

/** The parts of a split archive are complete and together what their header says. */
export const parts = defineCheck({
  id: 'container/parts',
  title: 'The parts of a split archive are all there and give the archive that was cut',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container', 'parts'],
  help: {
    why: 'Joining programs put together whatever lies there: a part that is missing, there twice or of another archive gives something nobody made.',
    fix: 'Bring the named parts over again, or burn their medium again; the others are good as they are.',
    source: 'Zarf package format, 1.4',
  },
  codes: {
    PART_MISSING: {
      why: 'Without every part nobody knows what the archive is.',
      fix: 'Put the named part beside the others, or name the folder or medium it lies on as well; where it is lost, have it written again. The others are good as they are',
    },
    PART_DAMAGED: {
      why: 'One changed byte makes the whole another archive.',
      fix: 'Bring the named part over again, or burn its medium again; the others are good as they are',
    },
    PART_SIZE: {
      why: 'Whoever cuts makes all parts alike but the last, so a part of another size was cut short, or is another part.',
      fix: 'Bring the named part over again, or burn its medium again; where two parts have the size of each other, they were exchanged: give each the name of the other',
    },
    PART_SIZES: {
      why: 'Something was cut off, put on, or belongs to another archive.',
      fix: 'Mend the parts that are named. Where none is, compare the sizes with those where the parts were written, and bring the one that differs over again',
    },
    PART_EXCHANGED: {
      why: 'Programs that join go by the names, and put the pieces together in the wrong order.',
      fix: 'Give each named file the name of the part it is; on a medium that cannot be written, name links or copies of the right names instead',
    },
    PART_COPIED: {
      why: 'A part lies there twice, under two names, and the part of the second name is not there.',
      fix: 'Bring the named part over again; the other is good as it is',
    },
    PART_UNREADABLE: {
      why: 'What cannot be read may hold anything.',
      fix: 'Clean the medium or try another drive; else have the named part written on a new medium',
    },
    PART_DOUBLED: {
      why: 'Which of the two a joining program takes is chance.',
      fix: 'Name the folders that belong to this archive alone, or take one of the two away',
    },
    PART_EXTRA: {
      why: 'Joining programs put together whatever lies there.',
      fix: 'Take the named file away: it belongs to another archive, or to an older cut of this one',
    },
    PART_DIGEST: {
      why: 'The parts give another archive than the one that was cut.',
      fix: 'Mend the parts that are named. Where none is, bring all over again; with <archive>.chunks.json of cowa-release split beside them the bad one is named',
    },
    PART_STRANGE: {
      why: 'Programs that join take it for a part and put it in.',
      fix: 'Take the named file away, or give it another name',
    },
    PART_UNCOMPRESSED: {
      why: 'Programs that deploy join parts of .tar.zst archives alone.',
      fix: 'Join them first: cowa-release join <folder> --out <folder>',
    },
    PART_MANIFEST: {
      why: 'Without it a bad part cannot be named; the archive itself is judged all the same.',
      fix: 'Bring <archive>.chunks.json over again, or go without it',
    },
  },
  *evaluate({ identity, container, parts: found }) {
    const archive = theArchive(identity);
    if (found === undefined) {
      const own = container.problems.filter(({ code }) => spokenBy[code] === 'container/parts');
      for (const { code, message } of own) yield fail(archive, message, { code });
      if (own.length === 0) yield notApplicable(archive, 'the archive is in one piece');
      return;
    }
    const results = [
      ...ofHeader(found),
      ...ofMissing(found),
      ...ofExtra(found),
      ...ofDamage(found),
      ...ofWhole(found),
    ];
    yield* results;
    if (!results.some(({ outcome }) => outcome !== 'not-applicable')) {
      yield pass(
        archive,
        `${counted(found.parts.filter(({ number }) => number > 0).length)}, together ${found.digest} as the header says`,
      );
    }
    yield* besides(found);
  },
});

function* ofHeader({ header, stem }: PartsFacts): Generator<Result> {
  const subject = { kind: 'file', name: splitPartName(stem, 0) } as const;
  if (header === 'missing')
    yield undecided(
      subject,
      'is missing: it says how many parts there are, and what they are together',
      'PART_MISSING',
    );
  else if ('fault' in header)
    yield fail(subject, `does not say what the parts are: ${header.fault}`, {
      code: 'PART_HEADER_INVALID',
    });
  else if (header.count > maxSplitParts)
    yield fail(
      subject,
      `says there are ${header.count} parts; programs that join them put no more than ${maxSplitParts} in order`,
      { code: 'PART_TOO_MANY' },
    );
}

function* ofMissing({ missing, stem, header }: PartsFacts): Generator<Result> {
  const of = typeof header === 'object' && 'count' in header ? ` of ${header.count}` : '';
  for (const { number, size, digest } of missing) {
    const known = [
      ...(size === undefined ? [] : [`${size} bytes`]),
      ...(digest === undefined ? [] : [digest]),
    ];
    yield undecided(
      {
        kind: 'file',
        name: splitPartName(stem, number),
        ...(digest === undefined ? {} : { digest }),
      },
      `part ${number}${of} is missing${known.length === 0 ? '' : ` (${known.join(', ')})`}`,
      'PART_MISSING',
    );
  }
}

function* ofExtra({ parts: all, header, stem }: PartsFacts): Generator<Result> {
  const count = typeof header === 'object' && 'count' in header ? header.count : undefined;
  for (const { number, places } of all) {
    const subject = { kind: 'file', name: splitPartName(stem, number) } as const;
    if (places.length > 1)
      yield fail(subject, `is there ${places.length} times: ${places.join(' and ')}; name one`, {
        code: 'PART_DOUBLED',
      });
    if (count !== undefined && number > count)
      yield fail(subject, `is there, and the header says there are ${count}: ${places[0]}`, {
        code: 'PART_EXTRA',
      });
  }
}

function* ofDamage({ damage, stem }: PartsFacts): Generator<Result> {
  const codes = {
    altered: 'PART_DAMAGED',
    unreadable: 'PART_UNREADABLE',
    size: 'PART_SIZE',
    exchanged: 'PART_EXCHANGED',
    copy: 'PART_COPIED',
  } as const;
  for (const each of damage)
    yield fail({ kind: 'file', name: splitPartName(stem, each.part) }, describeDamage(each), {
      code: codes[each.kind],
    });
}

function* ofWhole(found: PartsFacts): Generator<Result> {
  const { header, digest, size, missing, parts: all, stem } = found;
  if (typeof header !== 'object' || 'fault' in header || missing.length > 0) return;
  const subject = { kind: 'archive', name: stem } as const;
  if (size !== header.size && all.every(({ places }) => places.length === 1))
    yield fail(
      subject,
      `the parts have ${size} bytes together, the header says ${header.size}: ${sizesOf(found)}`,
      { code: 'PART_SIZES' },
    );
  if (digest !== undefined && digest !== header.digest)
    yield fail(subject, `the parts together are ${digest}, the header says ${header.digest}`, {
      code: 'PART_DIGEST',
    });
  if (
    digest === undefined &&
    found.damage.length === 0 &&
    all.every((one) => one.places.length === 1)
  )
    yield undecided(subject, 'the parts could not be read to their end', 'PART_UNREAD');
}

function* besides({ manifest, strange, stem }: PartsFacts): Generator<Result> {
  if (typeof manifest === 'object')
    yield fail({ kind: 'file', name: `${stem}.chunks.json` }, manifest.fault, {
      code: 'PART_MANIFEST',
      severity: 'warning',
    });
  const [one] = strange;
  if (one !== undefined)
    yield fail(
      { kind: 'file', name: one },
      `programs that join would take it for a part${strange.length === 1 ? '' : ` (${more} ${strange.length} such files)`}`,
      { code: 'PART_STRANGE', severity: 'warning' },
    );
  if (!stem.endsWith('.tar.zst'))
    yield fail(
      { kind: 'archive', name: stem },
      'only parts of .tar.zst archives are joined when they are deployed: join these first',
      { code: 'PART_UNCOMPRESSED', severity: 'warning' },
    );
}

/** Who compares them with what was written finds the one that differs. */
function sizesOf({ parts: all }: PartsFacts): string {
  const sizes = all.filter(({ number }) => number > 0);
  const shown = sizes.slice(0, 20).map(({ number, size }) => `part ${number} has ${size}`);
  const left = sizes.length - shown.length;
  return `${shown.join(', ')}${left === 0 ? '' : ` and ${left} more`}`;
}

function counted(count: number): string {
  return count === 1 ? 'one part' : `${count} parts`;
}
