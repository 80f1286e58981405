import { printable } from '../../support/printable.ts';

const keptTailChars = 4000;
const maxLineChars = 2000;
/** Hidden texts may be longer than what stands in their place. */
const keptRawChars = 64 * 2 ** 10;
const tellEveryMs = 100;

/** What an engine says: its end is held, and of many lines in a row some are told. Secrets are taken out of both. */
export class EngineLog {
  readonly #hidden: readonly string[];
  readonly #tell: ((line: string) => void) | undefined;
  #raw: string[] = [];
  #rawChars = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(hidden: readonly string[], tell?: (line: string) => void) {
    this.#hidden = hidden;
    this.#tell = tell;
  }

  /** Takes a line. A log of a hundred megabytes has millions, so little is done with each. */
  hear(line: string): void {
    if (line.trim() === '') return;
    this.#raw.push(line);
    this.#rawChars += line.length + 1;
    if (this.#rawChars > 4 * keptRawChars) this.#forget();
    const now = performance.now();
    if (this.#tell === undefined || now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    this.#tell(this.#shown(line));
  }

  /** The last of it, printable and without secrets. */
  tail(): string {
    const lines = this.#raw.map((line) => this.#shown(line));
    return `${lines.join('\n')}\n`.slice(-keptTailChars).trim();
  }

  /** Whole lines are dropped: half of a secret is one, too. */
  #forget(): void {
    let chars = 0;
    let from = this.#raw.length;
    while (from > 0 && chars < keptRawChars) {
      from -= 1;
      chars += (this.#raw[from]?.length ?? 0) + 1;
    }
    this.#raw = this.#raw.slice(from);
    this.#rawChars = chars;
  }

  /** Hidden before it is cut. */
  #shown(line: string): string {
    const said = this.#hidden.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), line);
    return printable(said).slice(-maxLineChars);
  }
}
