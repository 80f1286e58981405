/** Members of documents of other programs: what has another type than expected is as if it were not there. */
type Members = Readonly<Record<string, unknown>>;

/** Empty for what is no object. */
export function object(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** Empty for what is no list; items that are no objects are empty ones. */
export function objects(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** Empty for what is no text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a list. */
export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A member of its own; undefined of what has none of this name. */
export function member(value: unknown, name: string): unknown {
  return Object.entries(object(value)).find(([key]) => key === name)?.[1];
}
