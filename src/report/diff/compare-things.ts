import type { DiffChange, DiffSection, DiffThing } from './dossier-diff.ts';

/** Something that is compared: the same key is the same thing, however its fields are. */
export interface ComparedThing {
  readonly key: string;
  /** By name, as text; what is not there is empty. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Compares two lists by key. Their order does not matter; several of one key are one, whose fields hold all values.
 */
export function compareThings(
  before: readonly ComparedThing[],
  after: readonly ComparedThing[],
): Pick<DiffSection, 'added' | 'removed' | 'changed' | 'same'> {
  const old = byKey(before);
  const now = byKey(after);
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort(bytewise);
  const added: DiffThing[] = [];
  const removed: DiffThing[] = [];
  const changed: DiffChange[] = [];
  let same = 0;
  for (const key of keys) {
    const was = old.get(key);
    const is = now.get(key);
    if (was === undefined && is !== undefined) added.push({ key, text: textOf(is) });
    else if (is === undefined && was !== undefined) removed.push({ key, text: textOf(was) });
    else if (was !== undefined && is !== undefined) {
      const names = [...new Set([...was.keys(), ...is.keys()])].sort(bytewise);
      const fields = names.flatMap((name) => {
        const [from, to] = [was.get(name) ?? '', is.get(name) ?? ''];
        return from === to ? [] : [{ name, before: from, after: to }];
      });
      if (fields.length === 0) same += 1;
      else changed.push({ key, fields });
    }
  }
  return { added, removed, changed, same };
}

type Fields = ReadonlyMap<string, string>;

function byKey(things: readonly ComparedThing[]): ReadonlyMap<string, Fields> {
  const values = new Map<string, Map<string, Set<string>>>();
  for (const { key, fields } of things) {
    const known = values.get(key) ?? new Map<string, Set<string>>();
    values.set(key, known);
    for (const [name, value] of Object.entries(fields))
      known.set(name, (known.get(name) ?? new Set()).add(value));
  }
  return new Map(
    [...values].map(([key, fields]) => [
      key,
      new Map(
        [...fields].map(([name, all]) => [
          name,
          [...all]
            .filter((each) => each !== '')
            .sort(bytewise)
            .join('; '),
        ]),
      ),
    ]),
  );
}

function textOf(fields: Fields): string {
  return [...fields]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => bytewise(a, b))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function bytewise(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
