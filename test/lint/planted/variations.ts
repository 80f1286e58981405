import type { SoundVariation } from './sound-variation.ts';
import { definitionVariations } from './variations/definitions.ts';
import { objectVariations } from './variations/objects.ts';
import { fileVariations } from './variations/other-files.ts';
import { spellings } from './variations/spelling.ts';
import { workloadVariations } from './variations/workloads.ts';

export const variations: readonly SoundVariation[] = [
  ...spellings,
  ...workloadVariations,
  ...definitionVariations,
  ...objectVariations,
  ...fileVariations,
];
