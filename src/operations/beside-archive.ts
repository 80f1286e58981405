import { isSignatureOf } from './read-beside.ts';

/** What a file beside an archive is, as far as its name says. */
export type BesideKind =
  | 'signature' // over the archive
  | 'statement' // signed, in-toto
  | 'cyclonedx'
  | 'spdx'
  | 'result'; // of tests or of a scanner

const maxNameBytes = 255;

/**
 * What a file beside an archive is, where it speaks of this archive or of the release it lies in; undefined where it
 * speaks of another archive, or is nothing that is read there. Names that lead elsewhere are nothing.
 */
export function besideKind(name: string, archive: string): BesideKind | undefined {
  if (!isPlainName(name) || name === archive) return undefined;
  if (isSignatureOf(name, archive)) return 'signature';
  const own = name.startsWith(`${archive}.`) ? name.slice(archive.length + 1) : name;
  if (own === name && /\.tar(?:\.[a-z0-9]+)?\./.test(name)) return undefined;
  if (own.endsWith('.intoto.jsonl')) return 'statement';
  if (own.endsWith('.cdx.json') || own === 'cdx.json') return 'cyclonedx';
  if (own.endsWith('.spdx.json') || own === 'spdx.json') return 'spdx';
  const isResult = /^result-[^.]+\.(?:xml|json|sarif|grype\.json)$/.test(own);
  return own === name && isResult ? 'result' : undefined;
}

/** Whether the name speaks of the archive itself, and not of the release or of an image. */
export function isOwnBeside(name: string, archive: string): boolean {
  return name.startsWith(`${archive}.`);
}

/** It names a file of one folder, on any system, and none that is hidden. */
function isPlainName(name: string): boolean {
  return (
    Buffer.byteLength(name) <= maxNameBytes &&
    !name.startsWith('.') &&
    !/[/\\:\p{Cc}\p{Cf}]/u.test(name)
  );
}
