import { hexOf } from '../oci/digest.ts';
import { parseChecksums } from '../zarf/parse-checksums.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import type { ChecksumsFacts, PackageFacts, PackageFile } from './facts.ts';
import { gatherImageLayout } from './image-layout-facts.ts';
import { gatherSboms } from './image-sboms.ts';

/** Signature files of a package, the one that current programs prefer first. */
const signatureFiles = ['zarf.bundle.sig', 'zarf.yaml.sig'] as const;

/**
 * Reads the documents of one package out of its files: definition, checksums, image layout.
 * @param label how findings name the package
 * @param files by path, as the archive or the package manifest names them
 * @param manifest of a package inside a bundle
 */
export function gatherPackage(
  label: string,
  files: ReadonlyMap<string, PackageFile>,
  manifest?: PackageFacts['manifest'],
): PackageFacts {
  const definitionBytes = files.get('zarf.yaml')?.content;
  return {
    label,
    definition:
      definitionBytes === undefined ? undefined : parsePackageDefinition(definitionBytes, 'built'),
    definitionBytes,
    files,
    checksums: gatherChecksums(files.get('checksums.txt')),
    images: gatherImageLayout(files),
    sboms: gatherSboms(files),
    signatureFile: signatureFiles.find((path) => files.get(path)?.digest !== undefined),
    manifest,
  };
}

function gatherChecksums(file: PackageFile | undefined): ChecksumsFacts | undefined {
  if (file?.digest === undefined || file.content === undefined) return undefined;
  return { actual: hexOf(file.digest), ...parseChecksums(file.content) };
}
