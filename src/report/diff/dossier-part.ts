import { formatSize } from '../../support/format-size.ts';
import type { Dossier } from '../dossier/dossier.ts';
import type { ComparedThing } from './compare-things.ts';
import type { DossierLabels } from './dossier-labels.ts';

/** A part of a report that is compared. */
export interface DossierPart {
  readonly id: string;
  readonly title: string;
  things(dossier: Dossier, labels: DossierLabels): readonly ComparedThing[];
}

/** A thing with its fields as text: what is not there is empty. */
export function thing(
  key: string,
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): ComparedThing {
  const fields = Object.entries(values).map(([name, value]) => [
    name,
    value === undefined ? '' : String(value),
  ]);
  return { key, fields: Object.fromEntries(fields) };
}

/** A size that can be read, and compared to the byte. */
export function bytes(size: number): string {
  return `${formatSize(size)} (${size} bytes)`;
}

/** Values whose order says nothing. */
export function list(values: readonly string[]): string {
  return [...new Set(values)].sort().join(', ');
}
