import type { OwnedFile } from '../owned-file.ts';

/** One installed package of an apk database. @see Alpine wiki, Apk spec, installed database */
export interface ApkPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly origin: string;
  readonly maintainer: string;
  readonly licence: string;
  readonly description: string;
  readonly url: string;
  readonly size: number;
  readonly installedSize: number;
  readonly checksum: string;
  readonly commit: string;
  readonly dependencies: readonly string[];
  readonly provides: readonly string[];
  readonly files: readonly OwnedFile[];
}

/** Packages of an `installed` file. Field names are one letter, upper and lower case of it differ. */
export function readApkInstalled(text: string): readonly ApkPackage[] {
  return text.split(/\r?\n\r?\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    const files: { path: string; digest?: string }[] = [];
    let folder = '';
    for (const line of stanza.split(/\r?\n/)) {
      if (line[1] !== ':') continue;
      const name = line[0] ?? '';
      const value = line.slice(2);
      if (name === 'F') folder = value;
      else if (name === 'R') files.push({ path: folder === '' ? value : `${folder}/${value}` });
      else if (name === 'Z') {
        const file = files.at(-1);
        if (file !== undefined) file.digest = value;
      } else if (!fields.has(name)) fields.set(name, value);
    }
    const one = (name: string): string => fields.get(name) ?? '';
    if (one('P') === '' || one('V') === '') return [];
    return [
      {
        name: one('P'),
        version: one('V'),
        architecture: one('A'),
        origin: one('o'),
        maintainer: one('m'),
        licence: one('L'),
        description: one('T'),
        url: one('U'),
        size: Number.parseInt(one('S'), 10) || 0,
        installedSize: Number.parseInt(one('I'), 10) || 0,
        checksum: one('C'),
        commit: one('c'),
        dependencies: one('D')
          .split(' ')
          .filter((word) => word !== ''),
        provides: one('p')
          .split(' ')
          .filter((word) => word !== ''),
        files,
      },
    ];
  });
}
