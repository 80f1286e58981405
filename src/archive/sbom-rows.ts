import { parseJsonStrict } from '../support/json-document.ts';
import { type JsonItemTaker, JsonOutline } from '../support/json-outline.ts';

const wanted = new Set(['name', 'version', 'type', 'purl', 'licenses']);
/** Texts of licences may stand in a document; a name, a version or a package URL is short. */
const maxMemberBytes = 256 * 2 ** 10;
const maxTextLength = 4096;
const maxLicences = 1000;

/** One package of a document: name, version, type, package URL, licences; null where these cannot be read. */
type Row = readonly [string, string, string, string, readonly string[] | null];

/**
 * Takes the `artifacts` of a Syft document as they pass and keeps one short row of each. What does not
 * fit, or cannot be read, is counted.
 * @see shared reference of SBOMs, section 1
 */
export class SbomRows implements JsonItemTaker {
  readonly member = 'artifacts';
  readonly #left: number;
  #outline = new JsonOutline(wanted, maxMemberBytes);
  #rows: string[] = [];
  #bytes = 0;
  /** Packages that cannot be read. */
  unread = 0;
  /** The list is longer than is kept; nothing of it is. */
  tooMany = false;

  /** @param maxBytes of all rows of the document */
  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  push(piece: Uint8Array): void {
    if (!this.tooMany) this.#outline.push(piece);
  }

  end(): void {
    if (this.tooMany) return;
    const row = rowOf(this.#outline);
    this.#outline = new JsonOutline(wanted, maxMemberBytes);
    if (row === undefined) {
      this.unread += 1;
      return;
    }
    const text = JSON.stringify(row);
    this.#bytes += Buffer.byteLength(text) + 1;
    if (this.#bytes > this.#left) {
      this.tooMany = true;
      this.#rows = [];
    } else this.#rows.push(text);
  }

  /** All rows as one JSON list. */
  text(): string {
    return `[${this.#rows.join(',')}]`;
  }
}

/** Undefined for what is no package, or says one thing twice. */
function rowOf(outline: JsonOutline): Row | undefined {
  const { members, repeated, escapedNames, whole } = outline.end();
  if (!whole || repeated.length > 0 || escapedNames) return undefined;
  const read = (name: string): unknown => {
    const bytes = members.get(name);
    return bytes === undefined
      ? undefined
      : parseJsonStrict(bytes, { maxBytes: maxMemberBytes, maxDepth: 8 }).value;
  };
  const text = (name: string): string | undefined => {
    const value = read(name);
    return typeof value === 'string' && value.length <= maxTextLength ? value : undefined;
  };
  const [name, version, type, purl] = [text('name'), text('version'), text('type'), text('purl')];
  return name === undefined ||
    name === '' ||
    version === undefined ||
    type === undefined ||
    purl === undefined
    ? undefined
    : [name, version, type, purl, licencesOf(read('licenses'))];
}

/** Each as an SPDX expression where the document has one, else in its own words. */
function licencesOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length > maxLicences) return null;
  const found = new Set<string>();
  for (const item of value) {
    const { spdxExpression, value: words }: Record<string, unknown> = Object(item);
    // Older documents list bare names.
    const licence = [item, spdxExpression, words].find(
      (each) => typeof each === 'string' && each !== '',
    );
    if (typeof licence !== 'string' || licence.length > maxTextLength) return null;
    found.add(licence);
  }
  return [...found];
}
