import type { Edit } from './edit.ts';

/** Something that goes wrong in practice, and what `lint` says of it. */
export interface PlantedFault {
  /** What went wrong; past failures of the release model by their numbers. */
  readonly what: string;
  readonly id: string;
  readonly edits: readonly Edit[];
  /** File below `bundles/`, and text that stands on the line of the finding. */
  readonly at: readonly [file: string, line: string];
  /** Part of the message. */
  readonly says: string;
  /** Lint it by itself: it hides others. */
  readonly alone?: true;
}
