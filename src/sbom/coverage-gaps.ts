import { counted } from '../support/counted.ts';
import type { Coverage } from './inventory.ts';

/** What of a coverage makes a list incomplete. */
export interface SeenGaps extends Pick<Coverage, 'binaries' | 'unexplainedBinaries'> {
  readonly uncovered: readonly { readonly ecosystem: string; readonly count: number }[];
  readonly faults: { readonly length: number };
}

/** What was seen and not understood, each with its number: `12 Java archives`. Empty: nothing. */
export function coverageGaps(seen: SeenGaps): readonly string[] {
  const { uncovered, faults, binaries, unexplainedBinaries } = seen;
  return [
    ...uncovered.map(({ ecosystem, count }) => countedContents(count, ecosystem)),
    ...(unexplainedBinaries === 0
      ? []
      : [`${unexplainedBinaries} of ${binaries} programs and libraries of no package`]),
    ...(faults.length === 0 ? [] : [`${counted(faults.length, 'file')} that could not be read`]),
  ];
}

/** Contents no cataloger reads; documents call them in the plural. */
export function countedContents(count: number, ecosystem: string): string {
  const named = count === 1 ? ecosystem.replace(headNoun, '$1') : ecosystem;
  return `${count} ${named}`;
}

const headNoun =
  /\b(archive|database|derivation|distribution|file|gem|module|package|program|SBOM)s\b/;
