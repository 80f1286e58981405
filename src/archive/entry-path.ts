import type { ArchiveErrorCode } from './archive-error.ts';
import { ContainerFault } from './container-fault.ts';

const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** The path readers use: no `./`, no doubled or trailing slashes. */
export function cleanPath(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** Why a name is not accepted on every system, or undefined when it is. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.includes('\0')) return 'holds a NUL byte';
  if (name.startsWith('/')) return 'is absolute';
  if (name.includes('\\')) return 'holds a backslash';
  const parts = cleanPath(name).split('/');
  if (parts.includes('..')) return 'climbs with ".."';
  if (name.includes(':')) return 'holds a colon';
  if (parts.some((part) => reserved.test(part))) return 'is a device name on Windows';
  if (parts.some((part) => /[. ]$/.test(part))) return 'has a part that ends in a dot or a space';
  return undefined;
}

/** Characters of all paths together that are remembered. */
const maxRemembered = 128 * 2 ** 20;

/** Finds paths that clash with earlier ones. */
export class PathSet {
  #remembered = 0;
  readonly #kinds = new Map<string, 'directory' | 'other'>();
  readonly #parents = new Set<string>();
  /** The first path of each key that is not its own key. */
  readonly #folded = new Map<string, string>();

  /** @throws ContainerFault LIMIT_NAME_BYTES when the paths together are too much to remember */
  add(
    path: string,
    directory: boolean,
  ): { readonly code: ArchiveErrorCode; readonly message: string } | undefined {
    const before = this.#kinds.get(path);
    if (before !== undefined)
      return { code: 'TAR_NAME_DUPLICATE', message: `two entries have the path "${path}"` };
    this.#kinds.set(path, directory ? 'directory' : 'other');
    this.#remember(path);
    if (!directory && this.#parents.has(path))
      return {
        code: 'TAR_NAME_CONFLICT',
        message: `"${path}" is a file where another entry needs a folder`,
      };
    let conflict: { readonly code: ArchiveErrorCode; readonly message: string } | undefined;
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const parent = path.slice(0, at);
      const known = this.#parents.has(parent);
      if (!known) this.#remember(parent);
      this.#parents.add(parent);
      if (this.#kinds.get(parent) === 'other')
        conflict ??= {
          code: 'TAR_NAME_CONFLICT',
          message: `"${path}" lies below "${parent}", which is no folder`,
        };
      const clash = known ? undefined : this.#fold(parent);
      conflict ??= clash;
    }
    const clash = this.#fold(path);
    return conflict ?? clash;
  }

  #remember(path: string): void {
    this.#remembered += path.length;
    if (this.#remembered > maxRemembered)
      throw new ContainerFault(
        'LIMIT_NAME_BYTES',
        `the names of all entries together have more than ${maxRemembered} characters`,
      );
  }

  #fold(path: string): { readonly code: ArchiveErrorCode; readonly message: string } | undefined {
    const key = path.normalize('NFC').toLowerCase();
    const plain = key !== path && (this.#kinds.has(key) || this.#parents.has(key));
    const other = plain ? key : this.#folded.get(key);
    // Most paths are their own key; those need no second place.
    if (key !== path && other === undefined) this.#folded.set(key, path);
    return other === undefined || other === path
      ? undefined
      : { code: 'TAR_NAME_CASE', message: `"${path}" and "${other}" differ only in case` };
  }
}
