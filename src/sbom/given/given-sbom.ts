import { createHash } from 'node:crypto';
import { hexOf } from '../../oci/digest.ts';
import { object } from '../../support/lenient-json.ts';
import type { InventoriedImage, Inventory } from '../inventory.ts';
import { parseSbom } from '../parse-sbom.ts';
import { openSyft, untold } from '../parse-syft.ts';
import type { ReadSbom } from '../read-sbom.ts';
import type { SbomMaker } from '../render-syft.ts';
import { listedInCycloneDx } from './from-cyclonedx.ts';
import { listedInSpdx } from './from-spdx.ts';

/** Grows when the same document is understood otherwise: what was kept is not used then. */
export const givenSbomVersion = 1;

/** A document about an image that somebody made before. */
export interface GivenSbom {
  /** As messages name it. */
  readonly name: string;
  /** Of the file, hex. */
  readonly sha256: string;
  readonly format: ReadSbom['format'];
  readonly specVersion: string;
  /** The document as it stands, for its schema. */
  readonly document: unknown;
  /** What made it, as it says. */
  readonly tool: SbomMaker;
  /** SHA-256 digests of what it says it is about, as hex. */
  readonly subjects: readonly string[];
  /** It is about exactly this image. */
  readonly isAbout: (image: InventoriedImage) => boolean;
  /** What it says of this image; whatever it does not tell is as unknown as it was. */
  readonly inventory: (image: InventoriedImage) => Inventory;
}

/**
 * Reads a given document; the format is what it says of itself.
 * @throws SbomError SBOM_DOCUMENT_INVALID
 */
export function openGivenSbom(bytes: Uint8Array, name: string): GivenSbom {
  const { document, sbom } = parseSbom(bytes, name);
  const { format, specVersion, subjects } = sbom;
  const common = {
    name,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...{ format, specVersion, document },
  };
  if (format === 'syft') {
    const { tool, about, inventory } = openSyft(bytes, name, { document, sbom });
    const { manifest, config } = about;
    return {
      ...common,
      tool: named(tool),
      subjects: [manifest ?? config ?? ''].map((digest) => digest.replace(/^sha256:/, '')),
      // Some name no manifest: then the config tells which image it is.
      isAbout: (image) =>
        manifest === undefined ? config === image.config.digest : manifest === image.digest,
      inventory: (image) => {
        const held = { descriptor: image.manifest, bytes: image.manifestBytes };
        return { ...inventory(held), subject: image };
      },
    };
  }
  const listed = format === 'cyclonedx' ? listedInCycloneDx : listedInSpdx;
  return {
    ...common,
    tool: toolOf(sbom),
    subjects,
    isAbout: ({ digest }) => subjects.includes(hexOf(digest)),
    inventory: (image) => {
      const { packages, distro } = listed(object(document));
      return {
        subject: image,
        ...(distro === undefined ? {} : { distro }),
        packages,
        overlaps: [],
        coverage: untold(packages),
      };
    },
  };
}

/** The first of several: it made the list, others changed it. */
function toolOf({ format, tools }: ReadSbom): SbomMaker {
  const [said = ''] = tools;
  const words = (format === 'spdx' ? said.replace(/^Tool:\s*/, '') : said).replace(/[ -]$/, '');
  const [, name = words, version = ''] = /^(.*)[ -](\S*\d\S*)$/.exec(words) ?? [];
  return named({ name, version });
}

/** Every format wants a name and a version; what was not told is said to be unknown. */
function named({ name, version, ...more }: SbomMaker): SbomMaker {
  return { ...more, name: name || 'unknown', version: version || 'unknown' };
}
