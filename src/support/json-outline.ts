/** What was seen of a JSON text without keeping it. */
export interface OutlinedJson {
  /** Members of the outermost object that were asked for, as they stand; too large ones are left out. */
  readonly members: ReadonlyMap<string, Uint8Array>;
  /** Items of the lists among the outermost members. */
  readonly counts: ReadonlyMap<string, number>;
  /** Names that stand there more than once: readers differ in which one counts. */
  readonly repeated: readonly string[];
  /** Outermost members have names with escapes in them: readers may see names that were not looked for. */
  readonly escapedNames: boolean;
  /** The text is one object that ends. */
  readonly whole: boolean;
}

/** Takes the items of one list among the outermost members, each as it stands, as they pass. */
export interface JsonItemTaker {
  /** Name of the list. */
  readonly member: string;
  push(piece: Uint8Array): void;
  /** The item ends. */
  end(): void;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const maxKeyBytes = 256;

/** Passes over a JSON text of any size and keeps the members asked for. Judges no syntax beyond nesting. */
export class JsonOutline {
  readonly #wanted: ReadonlySet<string>;
  readonly #maxMemberBytes: number;
  readonly #items: JsonItemTaker | undefined;
  readonly #members = new Map<string, Uint8Array>();
  readonly #counts = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #repeated = new Set<string>();
  #depth = 0;
  #inString = false;
  #escaped = false;
  #keyNext = false;
  #keyBytes: number[] | undefined;
  #key: string | undefined;
  #pieces: Buffer[] | undefined;
  #kept = 0;
  #inList = false;
  #count = 0;
  #item = false;
  /** Between the first and the last byte of an item that is taken. */
  #taking = false;
  #escapedNames = false;
  #ended = false;

  constructor(wanted: ReadonlySet<string>, maxMemberBytes: number, items?: JsonItemTaker) {
    this.#wanted = wanted;
    this.#maxMemberBytes = maxMemberBytes;
    this.#items = items;
  }

  push(piece: Uint8Array): void {
    let from = 0;
    let itemFrom = 0;
    const items = this.#items;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      if (this.#inString) this.#inText(byte);
      else if (byte > 0x20) {
        if (
          items !== undefined &&
          this.#depth === 2 &&
          this.#inList &&
          this.#key === items.member
        ) {
          const between = byte === comma || byte === closeList;
          if (between && this.#taking) {
            items.push(piece.subarray(itemFrom, at));
            items.end();
          } else if (!between && !this.#taking) itemFrom = at;
          this.#taking = !between;
        }
        const stops = this.#depth === 1 && (byte === comma || byte === closeObject);
        if (stops) {
          this.#keep(piece.subarray(from, at));
          this.#close();
        }
        const opened = this.#structure(byte);
        if (opened) from = at + 1;
      }
    }
    this.#keep(piece.subarray(from));
    if (this.#taking) items?.push(piece.subarray(itemFrom));
  }

  end(): OutlinedJson {
    return {
      members: this.#members,
      counts: this.#counts,
      repeated: [...this.#repeated],
      escapedNames: this.#escapedNames,
      whole: this.#ended && this.#depth === 0 && !this.#inString,
    };
  }

  #inText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) {
      this.#escaped = true;
      if (this.#keyBytes !== undefined) this.#escapedNames = true;
    } else if (byte === quote) {
      this.#inString = false;
      if (this.#keyBytes !== undefined) this.#key = Buffer.from(this.#keyBytes).toString('utf8');
      this.#keyBytes = undefined;
      return;
    }
    if (this.#keyBytes !== undefined && this.#keyBytes.length < maxKeyBytes)
      this.#keyBytes.push(byte);
  }

  /** True where the value of a member begins behind this byte. */
  #structure(byte: number): boolean {
    if (this.#inList && this.#depth === 2 && byte !== closeList && byte !== comma)
      this.#item = true;
    if (byte === quote) {
      this.#inString = true;
      if (this.#depth === 1 && this.#keyNext) this.#keyBytes = [];
    } else if (byte === openObject || byte === openList) {
      this.#depth += 1;
      if (this.#depth === 1) this.#keyNext = byte === openObject;
      if (this.#depth === 2) {
        this.#inList = byte === openList;
        this.#count = 0;
        this.#item = false;
      }
    } else if (byte === closeObject || byte === closeList) {
      if (this.#depth === 2 && this.#inList) {
        if (this.#key !== undefined)
          this.#counts.set(this.#key, this.#count + (this.#item ? 1 : 0));
        this.#inList = false;
      }
      this.#depth -= 1;
      if (this.#depth === 0) this.#ended = true;
    } else if (byte === comma) {
      if (this.#depth === 1) this.#keyNext = true;
      else if (this.#depth === 2 && this.#inList) {
        this.#count += 1;
        this.#item = false;
      }
    } else if (byte === colon && this.#depth === 1 && this.#keyNext) {
      this.#keyNext = false;
      return this.#open();
    }
    return false;
  }

  #open(): boolean {
    const key = this.#key ?? '';
    if (this.#seen.has(key)) this.#repeated.add(key);
    this.#seen.add(key);
    this.#kept = 0;
    this.#pieces = this.#wanted.has(key) ? [] : undefined;
    return this.#pieces !== undefined;
  }

  #keep(piece: Uint8Array): void {
    if (this.#pieces === undefined) return;
    this.#kept += piece.length;
    if (this.#kept <= this.#maxMemberBytes) this.#pieces.push(Buffer.from(piece));
  }

  #close(): void {
    if (this.#pieces !== undefined && this.#key !== undefined && this.#kept <= this.#maxMemberBytes)
      this.#members.set(this.#key, Buffer.concat(this.#pieces));
    this.#pieces = undefined;
  }
}
