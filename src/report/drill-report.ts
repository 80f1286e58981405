import type { Verdict } from '../policy/verdict.ts';

/** What `verify --drill` prints: each tampering that was played through, and what refused it. */
export interface DrillReport {
  readonly schema: 'cowa-release/verify-drill/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  /** As it was named. */
  readonly location: string;
  /** `all-refused`: all were, or the first line of the verdict tells it, and what was not tampered with does not fail and was judged the same before and after. */
  readonly outcome: 'all-refused' | 'not-all-refused';
  readonly exitCode: 0 | 1;
  /** Judged as it is, first. */
  readonly untouched: DrillVerdict;
  /** Whether it was judged the very same again at the end; its bytes have the same digest. */
  readonly unchanged: boolean;
  readonly tamperings: readonly DrillResult[];
  /** Kinds of tampering that there is nothing for here, and why. */
  readonly notPlayed: readonly { readonly id: string; readonly reason: string }[];
  /** How often archives were read and judged, to their end or to where they were refused. */
  readonly passes: number;
  /** Bytes that were read for it. */
  readonly bytesRead: number;
  /**
   * Large contents that were read once and then stood for by their digest, in every way that leaves them alone; absent:
   * every byte was read each time.
   */
  readonly standIns?: { readonly contents: number; readonly bytes: number };
}

export interface DrillVerdict {
  readonly outcome: Verdict['outcome'];
  readonly headline: string;
}

export interface DrillResult {
  /** The same for the same kind of tampering. */
  readonly id: string;
  /** What was tampered with: an archive, or a file of the folder. */
  readonly subject: string;
  /** What was done, in words. */
  readonly what: string;
  /** Where: an entry, a file, an offset. */
  readonly where: string;
  readonly refused: boolean;
  /** Large contents were not read again for it: digests of the whole file that are named are of the smaller one played with. */
  readonly condensed: boolean;
  readonly outcome: Verdict['outcome'] | 'unreadable';
  /** It passes, and the first line of the verdict says that something is missing: that line. */
  readonly told?: string;
  /** Only refused by what refuses any file that is compressed anew, such as a signature over every byte. */
  readonly bySignatureOverBytesOnly: boolean;
  /** What refused it, and did not speak before; what says most first. */
  readonly by: readonly DrillRefusal[];
}

export interface DrillRefusal {
  /** Id of the check; of what cannot be read at all, `container`. */
  readonly check: string;
  readonly code: string;
  readonly message: string;
}
