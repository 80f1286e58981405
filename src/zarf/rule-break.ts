/**
 * `authored`: as people write it, with imports and every flavor. `resolved`: what is left for one
 * architecture and flavor, with imports merged in.
 */
export type RuleStage = 'authored' | 'resolved';

/** A rule between fields that a definition breaks. */
export interface RuleBreak {
  /** JSON pointer, in the terms of v1alpha1. */
  readonly pointer: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** Takes one break of a rule; an error unless said otherwise. */
export type RuleReport = (
  pointer: string,
  message: string,
  severity?: RuleBreak['severity'],
) => void;
