// docs/cross-checks.md: which check answers which part of the release model, requirement or past failure.
import { allChecks, type DescribedCheck } from '../src/checks/all-checks.ts';
import { packageChecks, releaseChecks } from '../src/lint/catalog.gen.ts';
import { cell } from './generated-files.ts';

/** What a source names, in the words of the model page. */
interface Answers {
  readonly sections: readonly string[];
  readonly requirements: readonly string[];
  readonly failures: readonly string[];
}

export function crossChecksPage(): string {
  const deployed = new Set([...packageChecks, ...releaseChecks].map(({ id }) => id));
  const rows = allChecks()
    .map((check) => ({ check, ...answersOf(check.help.source) }))
    .filter(
      ({ check, sections, requirements, failures }) =>
        deployed.has(check.id) || sections.length + requirements.length + failures.length > 0,
    );
  return [
    '# Cross-checks by what they answer',
    '',
    'Generated from the catalogue by `npm run generate`. Sections are those of the release model (§2 parts of the platform, §3',
    'packages, §4 bundles, §7 sizes), R its requirements, P the past failures it lists. What is not listed here is answered by',
    'a command and no check: building, signing, publishing, carrying.',
    '',
    '## By check',
    '',
    '| check | says | model | requirements | past failures |',
    '|---|---|---|---|---|',
    ...rows.map(
      ({ check, sections, requirements, failures }) =>
        `| ${link(check)} | ${cell(check.title)} | ${listed(sections)} | ${listed(requirements)} | ${listed(failures)} |`,
    ),
    '',
    '## By past failure',
    '',
    ...inverted(rows.map(({ check, failures }) => [check, failures] as const)),
    '',
    'Not for a check of definitions or archives:',
    '',
    '| | why, and who answers it |',
    '|---|---|',
    ...Object.entries(elsewhere)
      .filter(([name]) => !rows.some(({ failures }) => failures.includes(name)))
      .map(([name, why]) => `| ${name} | ${why} |`),
    '',
    '## By requirement',
    '',
    ...inverted(rows.map(({ check, requirements }) => [check, requirements] as const)),
    '',
  ].join('\n');
}

/** Past failures that no text and no archive shows. */
const elsewhere: Readonly<Record<string, string>> = {
  P2: 'A registry on this machine is nothing a definition knows: none is needed, and `images push --local-registry` takes a port that is free. `assemble` says which host does not answer (`REGISTRY_UNREACHABLE`), `images push` what answers at a port that something else has (`REGISTRY_ANSWER`).',
  P4: 'How long a step takes shows only when it runs: `assemble` keeps what was fetched in its cache and goes on from there, `split` and `join` go on from whole parts. A release of which a part is missing gets no statement.',
  P14: 'What the machine has is no part of a definition: this program needs no container runtime, `plan` says beforehand how large everything becomes, and a full disk is an error that names the file (`DISK_FULL`).',
  P15: 'No cluster and no rootless runtime is needed to judge or to build; what the target has is said under `target` ([target.md](target.md)).',
  P17: 'A document may claim anything; `verify` says of every check pass, fail or undecided, by digest, and a verdict is never better than its worst part ([findings.md](findings.md)).',
  P20: 'Not a matter of definitions: every command says what it does within seconds (on standard error), and `lint` starts nothing.',
};

function answersOf(source: string): Answers {
  const all = (pattern: RegExp): readonly string[] => [
    ...new Set([...source.matchAll(pattern)].map(([found]) => found)),
  ];
  // Only what follows the model's name, up to the next source.
  const model = source
    .split(';')
    .filter((part) => /model/i.test(part))
    .flatMap((part) => [...part.matchAll(/§[0-9]+(?:\.[0-9]+)?/g)].map(([found]) => found));
  return {
    sections: [...new Set(model)],
    requirements: all(/\bR[0-9]{1,3}\b/g),
    failures: all(/\bP[0-9]{1,2}\b/g),
  };
}

function inverted(
  rows: readonly (readonly [DescribedCheck, readonly string[]])[],
): readonly string[] {
  const checks = new Map<string, DescribedCheck[]>();
  for (const [check, names] of rows)
    for (const name of names) checks.set(name, [...(checks.get(name) ?? []), check]);
  const sorted = [...checks].sort(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)));
  return [
    '| | checks |',
    '|---|---|',
    ...sorted.map(([name, own]) => `| ${name} | ${own.map(link).join(', ')} |`),
  ];
}

function link({ id }: DescribedCheck): string {
  return `[${id}](checks/${id}.md)`;
}

function listed(names: readonly string[]): string {
  return names.join(', ');
}
