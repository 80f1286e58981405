import type { Digest } from '../oci/digest.ts';
import type { SplitHeader } from '../zarf/split-part.ts';

/** What is known of an archive that lies in parts. */
export interface PartsFacts {
  /** File name of the whole archive. */
  readonly stem: string;
  /** What the part with number 0 says; a text says why it says nothing. */
  readonly header: SplitHeader | 'missing' | { readonly fault: string };
  /** Every part that is there, by number; those without a number are strangers. */
  readonly parts: readonly PartFacts[];
  /** Parts that should be there and are not. */
  readonly missing: readonly {
    readonly number: number;
    /** Bytes, where it can be told. */
    readonly size: number | undefined;
    readonly digest: Digest | undefined;
  }[];
  /** Files that programs which join would take for parts too. */
  readonly strange: readonly string[];
  /** What the file with the digests of chunks says. */
  readonly manifest: 'absent' | 'agrees' | { readonly fault: string };
  /** Of the whole; undefined where it could not be computed. */
  readonly digest: Digest | undefined;
  /** Bytes of all parts that are there. */
  readonly size: number;
  /** What is wrong inside of parts; looked for only where the whole is not what it should be. */
  readonly damage: readonly PartDamage[];
}

/** One part as it is there. */
export interface PartFacts {
  readonly number: number;
  /** Where it lies; more than one place where it is there more than once. */
  readonly places: readonly string[];
  /** Bytes. */
  readonly size: number;
}

/** Bytes of a part that are not what they should be. */
export interface PartDamage {
  readonly part: number;
  readonly place: string;
  /**
   * `altered`: another digest than the chunk should have; `unreadable`: the medium does not give it; `size`: more or
   * fewer bytes; `exchanged`: the whole content of another part, which is not where it belongs; `copy`: of one that is.
   */
  readonly kind: 'altered' | 'unreadable' | 'size' | 'exchanged' | 'copy';
  /** Number of the part whose content it is, for `exchanged` and `copy`. */
  readonly holds?: number;
  /** First and last chunk concerned, from 0; undefined where it is about the whole part. */
  readonly chunks: readonly [number, number] | undefined;
  /** First byte of the part, and the one after the last. */
  readonly from: number;
  readonly to: number;
}
