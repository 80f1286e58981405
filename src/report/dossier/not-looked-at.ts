import { carriedScans } from './carried-results.ts';
import type { Dossier, NotLookedAt } from './dossier.ts';
import type { DossierCheck, DossierCriterion } from './dossier-judgement.ts';
import { sbomGaps } from './sbom-gaps.ts';

/** What the list of what was not looked at is made of. */
export interface NotLookedAtInput
  extends Pick<
    Dossier,
    | 'provenance'
    | 'approvals'
    | 'reproducibility'
    | 'scans'
    | 'release'
    | 'contents'
    | 'history'
    | 'testResults'
  > {
  readonly checks: readonly DossierCheck[];
  readonly criteria: readonly DossierCriterion[];
  readonly previous?: unknown;
  readonly unreadable: readonly { readonly name: string; readonly message: string }[];
  /** Names of files that lie with the archives. */
  readonly files: readonly string[];
  /** Files of the folder that nobody signs or judges. */
  readonly unsigned: readonly string[];
  readonly seen: readonly {
    readonly archive: string;
    readonly rendered: boolean;
    readonly unread: readonly { readonly what: string; readonly reason: string }[];
  }[];
}

/** Entries of one kind that are told one by one. */
const maxTold = 20;

/** Everything the report says nothing about. Always told, also where it is the same for every release. */
export function notLookedAtIn(input: NotLookedAtInput): readonly NotLookedAt[] {
  return [
    ...input.unreadable.map(({ name, message }) => ({
      id: 'unreadable',
      what: name,
      why: message,
    })),
    ...undecided(input),
    ...absent(input),
    ...notRendered(input),
    ...testsOf(input),
    ...always,
    ...input.unsigned.map((name) => ({
      id: 'unsigned',
      what: `${name}, the log of the assembly`,
      why: 'nobody signs it, and nothing rests on it',
    })),
  ];
}

/** Checks that could not decide, each once. */
function undecided({ checks }: NotLookedAtInput): readonly NotLookedAt[] {
  const open = new Map<string, DossierCheck[]>();
  for (const check of checks)
    if (check.role === 'undecided') open.set(check.id, [...(open.get(check.id) ?? []), check]);
  const told = [...open.values()].flatMap((all): readonly NotLookedAt[] => {
    const [first] = all;
    if (first === undefined) return [];
    const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
    return [
      {
        id: 'undecided',
        what: `Whether this holds: ${first.title}`,
        why: `${first.subject.name}: ${first.message}${more}`,
        ...(first.fix === undefined ? {} : { next: first.fix }),
      },
    ];
  });
  return cut(told, 'undecided', 'checks that could not decide');
}

function absent(input: NotLookedAtInput): readonly NotLookedAt[] {
  const { scans, provenance, approvals, reproducibility, contents, previous } = input;
  const bare = contents.images.filter(({ sbom }) => sbom === undefined).length;
  return [
    ...(scans.length > 0
      ? []
      : [
          {
            id: 'vulnerabilities',
            what: 'Known vulnerabilities',
            why: 'no result of a scanner was given, and this program does not match vulnerabilities itself',
            next: scanHint(input.files),
          },
        ]),
    ...(bare === 0 || contents.images.length === 0
      ? []
      : [
          {
            id: 'inventory',
            what: `What is in ${bare} of ${contents.images.length} images`,
            why: 'no list of their contents could be read from the archives',
            next: 'Assemble with SBOMs (without --skip-sbom)',
          },
        ]),
    ...gapsOf(contents),
    ...(provenance.length > 0
      ? []
      : [
          {
            id: 'provenance',
            what: 'How the archives were made, and from what',
            why: 'no signed statement about it lay with them',
          },
        ]),
    ...madeAgain(reproducibility),
    ...(approvals.length > 0
      ? unjudgedApprovals(approvals)
      : [
          {
            id: 'approvals',
            what: 'Whether somebody approved it',
            why: 'no signed approval lay with it',
            next: 'cowa-release approve, by the people whose role it is',
          },
        ]),
    ...(previous !== undefined
      ? []
      : [
          {
            id: 'changes',
            what: 'What changed since the last release that was approved',
            why: 'no earlier report was given',
            next: 'Give it with --previous <report.json>',
          },
        ]),
  ];
}

/** Approvals that nobody could hold against who may give one. */
function unjudgedApprovals(approvals: Dossier['approvals']): readonly NotLookedAt[] {
  const open = approvals.filter(({ state }) => state === 'undecided');
  return open.length === 0 || approvals.some(({ state }) => state === 'accepted')
    ? []
    : [
        {
          id: 'approvals',
          what: `Whether ${open.map(({ document }) => document.name).join(', ')} is by somebody who may approve`,
          why: open[0]?.reason ?? '',
          next: 'Judge it by a trust policy that names who approves: --trust-policy <file>',
        },
      ];
}

/** What nobody who is trusted says of making it again. */
function madeAgain(made: Dossier['reproducibility']): readonly NotLookedAt[] {
  if (made !== undefined && made.outcome !== 'partly' && made.outcome !== 'unknown') return [];
  return [
    {
      id: 'reproducibility',
      what: 'Whether making it again gives the same bytes',
      why: made === undefined ? 'no statement about it lay with it' : made.reason,
      next: 'cowa-release reproduce --attest <archive>.reproduced.intoto.jsonl, where the sources are',
    },
  ];
}

/** What the lists of contents say themselves that they do not cover. */
function gapsOf(contents: Dossier['contents']): readonly NotLookedAt[] {
  const { of, partial, silent } = sbomGaps(contents);
  const [first] = partial;
  const hasFiles = contents.files.some(({ sbom }) => sbom !== undefined);
  const told = (names: readonly { readonly name: string }[]): string =>
    `${names.length} of ${of} ${hasFiles ? 'images and sets of files' : 'images'}`;
  return [
    ...(first === undefined
      ? []
      : [
          {
            id: 'inventory',
            what: `Some contents of ${told(partial)}`,
            why: `their lists say so themselves, for ${first.name}: ${(first.sbom.gaps ?? []).join(', ')}`,
          },
        ]),
    ...(silent.length === 0
      ? []
      : [
          {
            id: 'inventory',
            what: `Whether the lists of contents of ${told(silent)} are complete`,
            why: 'the program that made them does not say what it could not look into',
          },
        ]),
  ];
}

function notRendered({ seen }: NotLookedAtInput): readonly NotLookedAt[] {
  const whole = seen
    .filter(({ rendered }) => !rendered)
    .map(({ archive }) => ({
      id: 'deployment',
      what: `What ${archive} would deploy, and what it may do there`,
      why: 'it was not rendered',
    }));
  const parts = seen.flatMap(({ archive, unread }) =>
    unread.map(({ what, reason }) => ({
      id: 'deployment',
      what: `${archive}: ${what}`,
      why: reason,
    })),
  );
  return [...whole, ...cut(parts, 'deployment', 'files that could not be rendered')];
}

/** A result that travels along can be taken over. */
function scanHint(files: readonly string[]): string {
  const carried = carriedScans(files);
  return carried.length === 0
    ? 'Scan the images where a current database is, and give the result with --scan'
    : `Give ${carried.join(', ')}, which lies with it, with --scan`;
}

function testsOf({
  testResults = [],
}: Pick<NotLookedAtInput, 'testResults'>): readonly NotLookedAt[] {
  if (testResults.some(({ state }) => state === 'accepted')) return [];
  const [doubted] = testResults;
  return [
    {
      id: 'tests',
      what: 'Unit, integration, conformance and load tests of the software',
      why:
        doubted === undefined
          ? 'no signed test results lay with it'
          : `${doubted.document.name}: ${doubted.reason}`,
      next: 'Ask the producer to send them along: assemble --attach-result <name>=<file>',
    },
  ];
}

/** What no run of this program can see. */
const always: readonly NotLookedAt[] = [
  {
    id: 'behaviour',
    what: 'How the software behaves',
    why: 'nothing that was delivered is ever run: every statement here is about files',
    next: 'Try it where nothing depends on it',
  },
  {
    id: 'malware',
    what: 'Malware',
    why: 'this program knows no signatures of malware',
    next: 'Scan the medium as your site demands, before anything is read from it',
  },
  {
    id: 'revocation',
    what: 'Whether a key was revoked after the trust policy was written',
    why: 'the judgement is made without a network',
    next: 'Have whoever keeps the trust policy say that it is the newest',
  },
  {
    id: 'cluster',
    what: 'The cluster it goes to: space, versions, logins to other services',
    why: 'only what the archives say they need is known here',
    next: 'cowa-release inspect <archive> --requirements says what it needs: compare that with the cluster',
  },
];

function cut(all: readonly NotLookedAt[], id: string, things: string): readonly NotLookedAt[] {
  if (all.length <= maxTold) return all;
  return [
    ...all.slice(0, maxTold),
    { id, what: `${all.length - maxTold} more ${things}`, why: 'the list of checks has them all' },
  ];
}
