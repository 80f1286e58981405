import type { ArchiveErrorCode } from './archive-error.ts';

const reserved = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\.|$)/i;

/** The path readers use: no `./`, no doubled or trailing slashes. */
export function cleanPath(name: string): string {
  return name.split('/').filter((part) => part !== '' && part !== '.').join('/');
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

/** Finds paths that clash with earlier ones. */
export class PathSet {
  readonly #kinds = new Map<string, 'directory' | 'other'>();
  readonly #parents = new Set<string>();
  readonly #folded = new Map<string, string>();

  add(path: string, directory: boolean): { readonly code: ArchiveErrorCode; readonly message: string } | undefined {
    const before = this.#kinds.get(path);
    if (before !== undefined && !(before === 'directory' && directory)) return { code: 'TAR_NAME_DUPLICATE', message: `two entries have the path "${path}"` };
    this.#kinds.set(path, directory ? 'directory' : 'other');
    if (!directory && this.#parents.has(path)) return { code: 'TAR_NAME_CONFLICT', message: `"${path}" is a file where another entry needs a folder` };
    let conflict: { readonly code: ArchiveErrorCode; readonly message: string } | undefined;
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const parent = path.slice(0, at);
      this.#parents.add(parent);
      if (this.#kinds.get(parent) === 'other') conflict ??= { code: 'TAR_NAME_CONFLICT', message: `"${path}" lies below "${parent}", which is no folder` };
      conflict ??= this.#fold(parent);
    }
    return conflict ?? this.#fold(path);
  }

  #fold(path: string): { readonly code: ArchiveErrorCode; readonly message: string } | undefined {
    const key = path.normalize('NFC').toLowerCase();
    const other = this.#folded.get(key);
    this.#folded.set(key, other ?? path);
    return other === undefined || other === path ? undefined : { code: 'TAR_NAME_CASE', message: `"${path}" and "${other}" differ only in case` };
  }
}
