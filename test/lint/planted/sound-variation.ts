import type { Edit } from './edit.ts';

/** Another way to write the same, or something unusual that is sound: `lint` stays silent. */
export interface SoundVariation {
  readonly what: string;
  readonly edits: readonly Edit[];
}
