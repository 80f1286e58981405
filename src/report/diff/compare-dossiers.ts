import type { Dossier } from '../dossier/dossier.ts';
import { compareThings } from './compare-things.ts';
import type { DiffSide, DossierDiff } from './dossier-diff.ts';
import { dossierParts, thingsOf } from './dossier-parts.ts';

/** A side of a comparison. */
export interface ComparedSide {
  readonly dossier: Dossier;
  readonly side: Pick<DiffSide, 'location' | 'kind' | 'digest' | 'signature'>;
}

/** Says what changed from one report to another, part by part. Dates of the judgements, and what follows from them, are not compared. */
export function compareDossiers(
  before: ComparedSide,
  after: ComparedSide,
  programVersion: string,
): DossierDiff {
  const sections = dossierParts.map((part) => ({
    id: part.id,
    title: part.title,
    ...compareThings(thingsOf(part, before.dossier), thingsOf(part, after.dossier)),
  }));
  const isSame = sections.every(
    ({ added, removed, changed }) => added.length + removed.length + changed.length === 0,
  );
  return {
    schema: 'cowa-release/diff/v1',
    program: { name: 'cowa-release', version: programVersion },
    outcome: isSame ? 'same' : 'different',
    before: sideOf(before),
    after: sideOf(after),
    sections,
    notCompared: [...holes(before, 'before'), ...holes(after, 'after')],
  };
}

function sideOf({ dossier, side }: ComparedSide): DiffSide {
  const { release, subjects, run, verdict } = dossier;
  const archives = subjects.filter(({ kind }) => kind !== 'file').map(({ name }) => name);
  return {
    ...side,
    date: run.date,
    release:
      release === null
        ? archives.join(', ')
        : `${release.product} ${release.version} ${release.flavor}, number ${release.counter}`,
    status: verdict.status,
  };
}

/** What one side knows nothing of: a difference there may be none. */
function holes(
  { dossier }: ComparedSide,
  when: string,
): readonly { readonly what: string; readonly why: string }[] {
  const { images, files } = dossier.contents;
  const listed = [
    ...images.map(({ reference, sbom }) => ({ name: reference, sbom })),
    ...files.map(({ package: holder, component, sbom }) => ({
      name: `files of ${component} of ${holder}`,
      sbom,
    })),
  ];
  return [
    ...listed
      .filter(({ sbom }) => sbom === undefined)
      .map(({ name }) => ({
        what: `software of ${name}`,
        why: `${when}: nothing lists what is in it`,
      })),
    ...listed
      .filter(({ sbom }) => (sbom?.more ?? 0) > 0)
      .map(({ name, sbom }) => ({
        what: `software of ${name}`,
        why: `${when}: the report leaves out ${sbom?.more} packages`,
      })),
    ...listed.flatMap(({ name, sbom }) =>
      (sbom?.gaps ?? []).map((gap) => ({ what: `software of ${name}`, why: `${when}: ${gap}` })),
    ),
    ...(dossier.scans.length === 0
      ? [{ what: 'vulnerabilities', why: `${when}: no result of a scanner was given` }]
      : []),
    ...(dossier.provenance.length === 0
      ? [{ what: 'how it was made', why: `${when}: no statement that could be believed` }]
      : []),
  ];
}
