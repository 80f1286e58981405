import type { ArchiveMap } from '../archive/drill/map-archive.ts';
import type { Splice } from '../archive/drill/spliced-bytes.ts';

/** One way to tamper, ready to be played. Nothing of it touches a disk. */
export interface Tampering {
  /** The same for the same kind. */
  readonly id: string;
  /** What is done, in words. */
  readonly what: string;
  /** Where, in words. */
  readonly where: string;
  /** Changes of the bytes of the archive. */
  readonly file?: readonly Splice[];
  /** Changes of the tar in it, which is then compressed anew, as somebody would who wants it to be read. */
  readonly tar?: readonly Splice[];
  /** Files in the folder that are others, or are not there (`null`), by name. */
  readonly beside?: ReadonlyMap<string, Uint8Array | null>;
  /** The bit of this byte of the archive is turned over, and every byte is read also of a large one. */
  readonly flip?: number;
}

/** A kind of tampering that there is nothing for. */
export interface NotPlayed {
  readonly id: string;
  readonly reason: string;
}

/** What is done, and where. */
export type Tampered = Omit<Tampering, 'id' | 'what'>;

/** A way to tamper with something, and what is needed for it. */
export interface DrillKind {
  readonly id: string;
  readonly what: string;
  /** Why there is nothing to do; only asked where `make` finds nothing. */
  readonly without: string;
  make(): Tampered | undefined | Promise<Tampered | undefined>;
}

/** What an archive is tampered with by. */
export interface DrillMaterial {
  readonly map: ArchiveMap;
  /** Entries whose contents are only stood for: nothing in them can be turned over. */
  readonly standIns?: ReadonlySet<string>;
  /** Bytes of the archive, where the map is of a small one that was made of it. */
  readonly wholeSize?: number;
  /** Files beside it that vouch for it, by name. */
  readonly vouchers: ReadonlyMap<string, Uint8Array>;
  /** A sound signature over these bytes, in the form of the one that lies there, by a key nobody trusts. */
  readonly strangerOver: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined;
  /** The same over every byte of the archive; undefined where no signature lies beside it. */
  readonly strangerBeside:
    | { readonly name: string; readonly bytes: () => Promise<Uint8Array> }
    | undefined;
}
