import type { Dossier } from '../dossier/dossier.ts';
import type { ComparedThing } from './compare-things.ts';
import { contentParts } from './content-parts.ts';
import { dossierLabels } from './dossier-labels.ts';
import type { DossierPart } from './dossier-part.ts';
import { judgementParts, originParts } from './judgement-parts.ts';

/** Every part, in the order it is shown: what decides first. */
export const dossierParts: readonly DossierPart[] = [
  ...judgementParts,
  ...contentParts,
  ...originParts,
];

/** What a part of a report holds, with names that mean the same in another report. */
export function thingsOf(part: DossierPart, dossier: Dossier): readonly ComparedThing[] {
  return part.things(dossier, dossierLabels(dossier));
}
