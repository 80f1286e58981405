import type { Token } from './scan-template.ts';
import { TemplateFailure, type TemplatePlace, TemplateUndecided } from './template-fault.ts';

/** A place among the tokens of a template, and the smallest steps from there. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #file: string;
  #next = 0;

  constructor(tokens: readonly Token[], file: string) {
    this.#tokens = tokens;
    this.#file = file;
  }

  /** Where it stands, to go back to. */
  get mark(): number {
    return this.#next;
  }

  back(mark: number): void {
    this.#next = mark;
  }

  /** The token here, moving behind it; undefined at the end. */
  next(): Token | undefined {
    return this.#tokens[this.#next++];
  }

  close(): void {
    this.skipSpace();
    const token = this.next();
    if (token?.kind !== 'close')
      throw new TemplateFailure(
        `'${token?.text ?? ''}' stands where the action should end`,
        token?.place ?? this.place(),
      );
  }

  atClose(): boolean {
    this.skipSpace();
    return this.peek()?.kind === 'close';
  }

  skipSpace(): void {
    while (this.peek()?.kind === 'space') this.#next++;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  place(): TemplatePlace {
    return (
      (this.#tokens[this.#next] ?? this.#tokens.at(-1))?.place ?? {
        file: this.#file,
        line: 1,
        column: 1,
      }
    );
  }

  wrong(message: string): TemplateFailure {
    return new TemplateFailure(message, this.place());
  }

  /** Helm may follow it further; nobody means it. */
  tooDeep(what: string): TemplateUndecided {
    return new TemplateUndecided('nesting', `${what} more than is followed`, this.place());
  }
}
