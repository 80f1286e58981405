import type { Verdict } from '../../policy/verdict.ts';

/** What changed between two releases, by two reports of this program. Same reports, same value. */
export interface DossierDiff {
  readonly schema: 'cowa-release/diff/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  readonly outcome: 'same' | 'different';
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Always all of them, in one order; without changes where nothing changed. */
  readonly sections: readonly DiffSection[];
  /** What could not be compared, and why. */
  readonly notCompared: readonly { readonly what: string; readonly why: string }[];
}

/** One of the two. */
export interface DiffSide {
  /** As it was named. */
  readonly location: string;
  /** `report`: a report.json, by which alone it is known; `judged`: archives, judged now. */
  readonly kind: 'report' | 'judged';
  /** Of the report.json; undefined: it was judged now. */
  readonly digest?: string;
  /** UTC, ISO 8601: when it was judged. */
  readonly date: string;
  /** In words: product, version, flavor and number, else the archives. */
  readonly release: string;
  readonly status: string;
  readonly signature: DiffSignature;
}

/** Who vouches for a side. */
export interface DiffSignature {
  /**
   * `valid`: a signed statement over this very report, by a key that was given; `unsigned`: there is none;
   * `unjudged`: there is one, and no key was given; `invalid`: it does not hold, or is over another report;
   * `judged`: there is no report, the archives themselves were judged.
   */
  readonly state: 'valid' | 'unsigned' | 'unjudged' | 'invalid' | 'judged';
  readonly by?: string;
  readonly reason?: string;
  /** Of archives that were judged now: what verify says of them. */
  readonly verdict?: Verdict['outcome'];
}

export interface DiffSection {
  readonly id: string;
  readonly title: string;
  /** Sorted. */
  readonly added: readonly DiffThing[];
  readonly removed: readonly DiffThing[];
  readonly changed: readonly DiffChange[];
  /** Things that are the same. */
  readonly same: number;
}

/** Something that is on one side only. */
export interface DiffThing {
  readonly key: string;
  /** What is known of it, in a line. */
  readonly text: string;
}

/** Something that is on both sides, and not the same. */
export interface DiffChange {
  readonly key: string;
  readonly fields: readonly DiffField[];
}

export interface DiffField {
  readonly name: string;
  /** Empty: it says nothing. */
  readonly before: string;
  readonly after: string;
}
