import type { Inventory } from './inventory.ts';

/** Formats a document can be written in. */
export const sbomFormats = ['cyclonedx', 'spdx', 'syft'] as const;
export type SbomFormat = (typeof sbomFormats)[number];

const suffixes: Readonly<Record<SbomFormat, string>> = {
  cyclonedx: '.cdx.json',
  spdx: '.spdx.json',
  syft: '.json',
};

/**
 * The file name of a document about something: every character but letters, digits, dot and dash becomes
 * an underscore. Two names may become one: whoever writes several has to look.
 * @see shared reference of the Zarf package format, 2.5
 */
export function sbomFileName(subject: string, format: SbomFormat): string {
  return `${subject.replace(/[^A-Za-z0-9.-]/g, '_')}${suffixes[format]}`;
}

/** What documents about an image are named after: its reference, and its platform where it has several. */
export function sbomSubject(subject: Inventory['subject'], platforms: number): string {
  return platforms === 1 || subject.kind === 'files'
    ? subject.reference
    : `${subject.reference}-${subject.os}-${subject.architecture}${subject.variant === undefined ? '' : `-${subject.variant}`}`;
}

/** Names of the documents about a whole archive, beside it. */
export function bomFileNames(archive: string): readonly [cyclonedx: string, spdx: string] {
  return [`${archive}${suffixes.cyclonedx}`, `${archive}${suffixes.spdx}`];
}
