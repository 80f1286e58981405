import type { ReleaseDifference } from '../attestation/release-difference.ts';
import type { Release } from '../attestation/release-statement.ts';
import type { RenderedRecord } from '../attestation/rendered-record.ts';
import type { Digest } from '../oci/digest.ts';
import type { TrustResult } from '../policy/trust/trust-result.ts';
import type { Check, Result } from './check.ts';

/** What is known of a folder of archives. */
export interface ReleaseFolderFacts {
  /** As it was named. */
  readonly folder: string;
  /** What became of `release.intoto.jsonl`. */
  readonly statement:
    | { readonly outcome: 'absent' }
    | {
        readonly outcome: 'valid';
        readonly fingerprint: string;
        readonly release: Release;
        readonly difference: ReleaseDifference;
        readonly results?: readonly TrustResult[];
      }
    | {
        readonly outcome: 'invalid' | 'undecided';
        readonly code: string;
        readonly reason: string;
        readonly results?: readonly TrustResult[];
      };
  readonly keyGiven: boolean;
  readonly allowUnsigned: boolean;
  /** Lines of `SHA256SUMS` against the files; undefined where there is none. */
  readonly sums:
    | readonly {
        readonly name: string;
        readonly expected: string;
        readonly actual: Digest | undefined;
      }[]
    | undefined;
  readonly sumsFaults: readonly string[];
  /** Names of what no check looks at where there is no statement: neither archives nor what stands beside them. */
  readonly unjudged: readonly string[];
  /** Names of files that lie only where a release statement was made, too. */
  readonly marks?: readonly string[];
  /** What archives render to here, by name; absent where the statement says nothing of it, or it cannot be told. */
  readonly rendered?: ReadonlyMap<string, RenderedRecord>;
  /** Names of split archives of which parts are missing: their bytes as a whole are not known. */
  readonly incomplete?: readonly string[];
}

/** A check over a folder. */
export interface FolderCheck extends Omit<Check, 'needs' | 'evaluate'> {
  evaluate(facts: ReleaseFolderFacts): Iterable<Result>;
}
