import type { ReproductionStatement } from '../checks/provenance-facts.ts';
import type { DossierReproducibility, DossierReproduction } from '../report/dossier/dossier.ts';
import { compareText } from './dossier-order.ts';
import type { ArchiveContents } from './gather-dossier-contents.ts';
import { documentOf } from './gather-dossier-origin.ts';
import type { RecordedInput } from './record-inputs.ts';

const outcomeWords = {
  identical: 'made the same bytes again',
  'same-content': 'made the same again but for signatures',
  different: 'made something else',
} as const;

/**
 * What statements come to about making every archive again; undefined where there is none. Never better than what the
 * worst of them says, nor than what is said of every archive.
 * @param archives names of everything that was judged
 * @param releasers who signed what was judged: what they say of themselves is told, and counts for less
 */
export function reproducibilityOf(
  seen: readonly Pick<ArchiveContents, 'archive' | 'reproductions'>[],
  archives: readonly string[],
  releasers: ReadonlySet<string>,
  inputs: readonly RecordedInput[],
): DossierReproducibility | undefined {
  const statements = seen
    .flatMap(({ archive, reproductions }) =>
      reproductions.map((each) => toReproduction(archive, each, releasers, inputs)),
    )
    .sort(
      (a, b) => compareText(a.archive, b.archive) || compareText(a.document.name, b.document.name),
    );
  if (statements.length === 0) return undefined;
  return { ...summed(statements, archives), statements };
}

function summed(
  statements: readonly DossierReproduction[],
  archives: readonly string[],
): Pick<DossierReproducibility, 'outcome' | 'reason'> {
  const believed = statements.filter(({ state }) => state === 'accepted');
  const other = believed.find(({ outcome }) => outcome === 'different');
  if (other !== undefined)
    return { outcome: 'different', reason: `${other.archive}: ${other.reason}` };
  if (believed.length === 0)
    return { outcome: 'unknown', reason: `nothing is believed: ${statements[0]?.reason ?? ''}` };
  const silent = archives.filter((name) => !believed.some(({ archive }) => archive === name));
  if (silent.length > 0)
    return {
      outcome: 'partly',
      reason: `nobody who is trusted says so of ${silent.length} of ${archives.length} archives: ${silent.join(', ')}`,
    };
  // Where one says less of an archive than another, the lesser counts.
  const lesser = believed.filter(({ outcome }) => outcome !== 'identical');
  if (lesser.length > 0)
    return {
      outcome: 'same-content',
      reason: `the same but for signatures, of ${[...new Set(lesser.map(({ archive }) => archive))].join(', ')}`,
    };
  const own = archives.filter((name) =>
    believed.every(({ archive, byReleaser }) => archive !== name || byReleaser === true),
  );
  if (own.length > 0)
    return {
      outcome: 'own',
      reason: `only whoever signed it says so, of ${own.join(', ')}`,
    };
  return {
    outcome: 'same',
    reason: 'somebody who is trusted, and did not sign it, made every archive again, to the byte',
  };
}

function toReproduction(
  archive: string,
  statement: ReproductionStatement,
  releasers: ReadonlySet<string>,
  inputs: readonly RecordedInput[],
): DossierReproduction {
  const document = documentOf(statement.location, inputs);
  if (statement.state !== 'believed') {
    const { state, reason, code } = statement;
    return { archive, state, reason: `${reason} (${code})`, signers: [], document };
  }
  const { made, signers, parties } = statement;
  const byReleaser = parties.length > 0 && parties.every((party) => releasers.has(party));
  const { outcome, rebuilt, first, time } = made;
  return {
    archive,
    state: 'accepted',
    outcome,
    reason: `${signers.join(', ')} ${outcomeWords[outcome]}${outcome === 'identical' || first === undefined ? '' : `: ${first}`}${byReleaser ? ', by the key that signed the archives, too' : ''}`,
    signers,
    byReleaser,
    rebuilt,
    date: `${time.toISOString().slice(0, 19)}Z`,
    document,
  };
}
