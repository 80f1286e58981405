import type { NestedFiles } from '../../src/archive/nested-files.ts';
import type { ArchiveFacts } from '../../src/checks/facts.ts';
import { gatherSboms } from '../../src/checks/image-sboms.ts';

/** A package as a document lists it: name, version, type, package URL, licences. */
export type ListedRow = readonly [string, string, string, string, readonly string[] | null];

/** What the pass keeps of a document about an image. */
export function keptDocument(
  about: {
    readonly manifest?: string;
    readonly config?: string;
    readonly layers?: readonly string[];
  },
  rows: readonly ListedRow[] | null = [],
  more: object = {},
): Buffer {
  const metadata = {
    ...(about.manifest === undefined ? {} : { manifestDigest: about.manifest }),
    ...(about.config === undefined ? {} : { imageID: about.config }),
    layers: (about.layers ?? []).map((digest) => ({ digest })),
  };
  const first = {
    source: { metadata },
    artifacts: rows?.length ?? 1,
    unread: 0,
    sha256: 'a'.repeat(64),
    whole: true,
    ...more,
  };
  return Buffer.from(`${JSON.stringify(first)}\n${rows === null ? '' : JSON.stringify(rows)}`);
}

/** Facts whose packages carry these in their `sboms.tar`; undefined: a tar that is no flat one. */
export function withSboms(
  facts: ArchiveFacts,
  nested: Partial<NestedFiles> | readonly Buffer[] | undefined,
): ArchiveFacts {
  const kept: NestedFiles | undefined =
    nested === undefined
      ? undefined
      : {
          tooLarge: [],
          fault: undefined,
          ...('length' in nested
            ? { files: new Map(nested.map((each, at) => [`${at}.json`, each])) }
            : { files: new Map(), ...nested }),
        };
  return {
    ...facts,
    packages: facts.packages.map((each) => {
      const file = each.files.get('sboms.tar');
      if (file === undefined) return each;
      const files = new Map(each.files).set('sboms.tar', { ...file, nested: kept });
      return { ...each, files, sboms: gatherSboms(files) };
    }),
  };
}
