import type { LockedFlavor, LockedInput, ReleaseLock } from '../config/lock.ts';

/** One thing a lock and the world disagree about. */
export interface LockDrift {
  readonly flavor: string;
  readonly kind: 'image' | 'payload' | 'package' | LockedInput['kind'];
  /** Reference, path or address. */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** As locked: digest, or SHA-256 of a file. */
  readonly locked?: string;
  /** As found now. */
  readonly found?: string;
  /** Where the digest is the same, what of the rest is not: `indexDigest`. */
  readonly differs?: readonly string[];
}

/** What differs between a lock and the one that would be written now, for these flavors; empty when nothing does. */
export function compareLocks(
  locked: ReleaseLock,
  found: ReleaseLock,
  flavors: readonly string[],
): readonly LockDrift[] {
  return flavors.flatMap((flavor) => {
    const before = entriesOf(locked.flavors[flavor]);
    const after = entriesOf(found.flavors[flavor]);
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
      const drift = compareEntries(before.get(key), after.get(key));
      return drift === undefined ? [] : [{ flavor, ...drift }];
    });
  });
}

interface Entry {
  readonly kind: LockDrift['kind'];
  readonly name: string;
  readonly digest: string;
  /** All that is locked of it, so that nothing drifts unseen. */
  readonly whole: Readonly<Record<string, unknown>>;
}

function compareEntries(
  before: Entry | undefined,
  after: Entry | undefined,
): Omit<LockDrift, 'flavor'> | undefined {
  const known = after ?? before;
  const differs = differences(before?.whole ?? {}, after?.whole ?? {});
  if (known === undefined || differs.length === 0) return undefined;
  const same = before?.digest === after?.digest;
  return {
    kind: known.kind,
    name: known.name,
    change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    ...(before === undefined ? {} : { locked: before.digest }),
    ...(after === undefined ? {} : { found: after.digest }),
    ...(same ? { differs } : {}),
  };
}

/** Names of the members that are not equal, whatever their order inside. */
function differences(before: Entry['whole'], after: Entry['whole']): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => canonical(before[name]) !== canonical(after[name]))
    .sort();
}

function entriesOf(flavor: LockedFlavor | undefined): ReadonlyMap<string, Entry> {
  const { images = [], payloads = [], packages = [], inputs = [] } = flavor ?? {};
  const entries: readonly Entry[] = [
    ...images.map((image) => {
      // Which of the sources had it does not matter: the content does.
      const { source: _, ...rest } = image;
      const { reference: name, digest } = image;
      return { kind: 'image' as const, name, digest, whole: rest };
    }),
    ...payloads.map((file) => {
      const { path: name, sha256: digest } = file;
      return { kind: 'payload' as const, name, digest, whole: { ...file } };
    }),
    ...packages.map((entry) => {
      const { reference: name, digest } = entry;
      return { kind: 'package' as const, name, digest, whole: { ...entry } };
    }),
    ...inputs.map((input) => {
      const { kind, address: name, sha256: digest } = input;
      return { kind, name, digest, whole: { ...input } };
    }),
  ];
  return new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry]));
}

/** Equal for equal content, whatever the order of the members. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
