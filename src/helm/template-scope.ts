import type { GoValue } from './go-value.ts';

/** Variables of a block, and those around it. */
export class Scope {
  readonly #outer: Scope | undefined;
  readonly #values = new Map<string, GoValue>();

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  declare(name: string, value: GoValue): void {
    this.#values.set(name, value);
  }

  /** False where nobody declared it. */
  assign(name: string, value: GoValue): boolean {
    if (this.#values.has(name)) {
      this.#values.set(name, value);
      return true;
    }
    return this.#outer?.assign(name, value) ?? false;
  }

  find(name: string): GoValue | undefined {
    const value = this.#values.get(name);
    return value === undefined ? this.#outer?.find(name) : value;
  }
}
