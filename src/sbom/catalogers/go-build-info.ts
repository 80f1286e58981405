/** What the Go linker leaves in a program. @see Go debug/buildinfo */
export interface GoBuildInfo {
  /** e.g. `go1.22.1`. */
  readonly goVersion: string;
  readonly mainPath: string;
  readonly main: GoModule | undefined;
  /** What was compiled in, replacements applied. */
  readonly modules: readonly GoModule[];
  readonly settings: readonly (readonly [string, string])[];
}

export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** `h1:…`, empty for the main module. */
  readonly sum: string;
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const headerBytes = 32;
const maxText = 4 * 2 ** 20;

/** What is found where the marker stands; `undefined` where the bytes end too early. */
export type GoBlob =
  | { readonly kind: 'info'; readonly info: GoBuildInfo }
  /** Made by Go before 1.18: version and modules lie elsewhere in the program. */
  | { readonly kind: 'old' }
  | { readonly kind: 'none' };

/** Where the marker stands in data that begins at this offset of the program; -1 where it does not. */
export function findGoMarker(data: Buffer): number {
  return data.indexOf(magic);
}

/** Bytes of the marker. */
export const goMarkerBytes = magic.length;

/**
 * Reads what follows the marker.
 * @param data begins with the marker
 */
export function readGoBlob(data: Buffer): GoBlob | undefined {
  if (data.length < headerBytes) return undefined;
  if (((data[15] ?? 0) & 2) === 0) return { kind: 'old' };
  const version = textAt(data, headerBytes);
  if (version === undefined) return undefined;
  if (version === 'bad') return { kind: 'none' };
  const modinfo = textAt(data, version.end);
  if (modinfo === undefined) return undefined;
  if (modinfo === 'bad') return { kind: 'none' };
  const goVersion = version.bytes.toString('utf8');
  if (!/^(?:go1|devel)/.test(goVersion)) return { kind: 'none' };
  // The text stands between two marks of 16 bytes.
  const text =
    modinfo.bytes.length >= 33 && modinfo.bytes[modinfo.bytes.length - 17] === 0x0a
      ? modinfo.bytes.toString('utf8', 16, modinfo.bytes.length - 16)
      : '';
  return { kind: 'info', info: parseModInfo(goVersion, text) };
}

function textAt(
  data: Buffer,
  at: number,
): { readonly bytes: Buffer; readonly end: number } | 'bad' | undefined {
  let length = 0;
  let shift = 1;
  let from = at;
  for (;;) {
    const byte = data[from];
    if (byte === undefined) return undefined;
    from += 1;
    length += (byte & 0x7f) * shift;
    if ((byte & 0x80) === 0) break;
    shift *= 128;
    if (shift > 2 ** 35) return 'bad';
  }
  if (length > maxText) return 'bad';
  return from + length > data.length
    ? undefined
    : { bytes: data.subarray(from, from + length), end: from + length };
}

function parseModInfo(goVersion: string, text: string): GoBuildInfo {
  let mainPath = '';
  let main: GoModule | undefined;
  const modules: GoModule[] = [];
  const settings: [string, string][] = [];
  for (const line of text.split('\n')) {
    const [word, first = '', version = '', sum = ''] = line.split('\t');
    if (word === 'path') mainPath = first;
    else if (word === 'mod') main = { path: first, version, sum };
    else if (word === 'dep') modules.push({ path: first, version: released(version), sum });
    // What replaces a module is what was compiled.
    else if (word === '=>')
      modules.push(...replaced(modules.splice(-1, 1), { path: first, version, sum }));
    else if (word === 'build') {
      const equals = first.indexOf('=');
      if (equals > 0) settings.push([first.slice(0, equals), unquoted(first.slice(equals + 1))]);
    }
  }
  return { goVersion, mainPath, main, modules, settings };
}

/** A folder beside the program has no name that means anything elsewhere: the module keeps its own, of no release. */
function replaced(modules: readonly GoModule[], by: GoModule): readonly GoModule[] {
  if (!/^(?:\.{0,2}\/|[A-Za-z]:[\\/])/.test(by.path))
    return [{ ...by, version: released(by.version) }];
  return modules.map(({ path }) => ({ path, version: '', sum: '' }));
}

/** What was built from a work tree is of no release. */
function released(version: string): string {
  return version === '(devel)' ? '' : version;
}

function unquoted(value: string): string {
  const [, inner] = /^[`"](.*)[`"]$/s.exec(value) ?? [];
  return inner ?? value;
}
