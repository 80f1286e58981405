/** One installed package of a dpkg database. @see deb-control(5) */
export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Empty where the source has the name of the package. */
  readonly source: string;
  /** Empty where the source has the version of the package. */
  readonly sourceVersion: string;
  readonly maintainer: string;
  readonly description: string;
  readonly homepage: string;
  /** KiB. */
  readonly installedSize: number;
  readonly dependencies: readonly string[];
  readonly provides: readonly string[];
}

/**
 * Packages of a `status` file that are installed; what was removed but left its configuration is not.
 * @see dpkg(1), INFORMATION ABOUT PACKAGES
 */
export function readDpkgStatus(text: string): readonly DpkgPackage[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = controlFields(stanza);
    const name = fields.get('package') ?? '';
    const version = fields.get('version') ?? '';
    // Files below status.d of minimal images have no Status: whatever lies there is installed.
    const status = fields.get('status') ?? 'install ok installed';
    if (name === '' || version === '' || !/\binstalled$/.test(status)) return [];
    if (/\b(?:not-installed|half-installed)$/.test(status)) return [];
    const [, source = '', sourceVersion = ''] =
      /^(\S+)(?:\s+\((.*)\))?$/.exec(fields.get('source') ?? '') ?? [];
    return [
      {
        name,
        version,
        architecture: fields.get('architecture') ?? '',
        source,
        sourceVersion,
        maintainer: fields.get('maintainer') ?? '',
        description: (fields.get('description') ?? '').split('\n', 1)[0] ?? '',
        homepage: fields.get('homepage') ?? '',
        installedSize: Number.parseInt(fields.get('installed-size') ?? '0', 10) || 0,
        dependencies: listed(`${fields.get('depends') ?? ''},${fields.get('pre-depends') ?? ''}`),
        provides: listed(fields.get('provides') ?? ''),
      },
    ];
  });
}

/** Fields of one stanza by lower-case name; of two of one name the first counts. */
function controlFields(stanza: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of stanza.split('\n')) {
    if (/^[ \t]/.test(line)) {
      if (current !== undefined)
        fields.set(current, `${fields.get(current) ?? ''}\n${line.slice(1)}`);
      continue;
    }
    const colon = line.indexOf(':');
    current = undefined;
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (fields.has(name)) continue;
    fields.set(name, line.slice(colon + 1).trim());
    current = name;
  }
  return fields;
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.replace(/\s+/g, ' ').trim())
    .filter((item) => item !== '');
}
