import { type Digest, hexOf } from '../oci/digest.ts';
import { type ProvenanceResource, provenanceType, readProvenance } from './provenance.ts';
import { statementType } from './statement.ts';

/** How packages are made; the last part grows when a parameter changes its meaning. */
export const packageBuildType = 'https://cowabungaai.dev/cowa-release/build-types/zarf-package/v1';
/** How bundles are made. */
export const bundleBuildType = 'https://cowabungaai.dev/cowa-release/build-types/uds-bundle/v1';
/**
 * Who builds where nobody says otherwise: this program on some machine, which is level 1 of SLSA whoever signs.
 * @see SLSA 1.2, build track basics
 */
export const localBuilderId = 'https://cowabungaai.dev/cowa-release/builders/local/v1';

/** What is to be said of one archive. */
export interface ArchiveProvenance {
  readonly archive: { readonly name: string; readonly digest: Digest };
  /** What stays the same when the archive is compressed anew, as the release statement names it. */
  readonly root: { readonly kind: 'package' | 'bundle'; readonly digest: Digest };
  /**
   * Of a package: of its manifest in a registry, by which programs look for statements there. Of a bundle that is the root.
   * Undefined: not named.
   */
  readonly manifest?: Digest;
  readonly externalParameters: Readonly<Record<string, unknown>>;
  readonly internalParameters: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly ProvenanceResource[];
  readonly builder: { readonly id: string; readonly version: Readonly<Record<string, string>> };
  readonly byproducts: readonly ProvenanceResource[];
}

/**
 * The provenance statement of an archive as JSON text: the same build, the same bytes. It has no times: what
 * the clock said is no input.
 * @throws StatementError when what is to be signed could not be read back
 */
export function renderProvenance(made: ArchiveProvenance): string {
  const { archive, root, manifest, builder } = made;
  const suffix = root.kind === 'package' ? '#zarf.yaml' : '#manifest';
  const text = JSON.stringify({
    _type: statementType,
    subject: [
      { name: archive.name, digest: { sha256: hexOf(archive.digest) } },
      { name: `${archive.name}${suffix}`, digest: { sha256: hexOf(root.digest) } },
      ...(manifest === undefined
        ? []
        : [{ name: `${archive.name}#manifest`, digest: { sha256: hexOf(manifest) } }]),
    ],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType: root.kind === 'package' ? packageBuildType : bundleBuildType,
        externalParameters: made.externalParameters,
        internalParameters: made.internalParameters,
        resolvedDependencies: inOrder(made.dependencies),
      },
      runDetails: { builder, byproducts: inOrder(made.byproducts) },
    },
  });
  // What we sign must pass what we read.
  readProvenance(Buffer.from(text));
  return text;
}

/** By kind, then by name, then by everything else; what is named twice alike stands once. */
function inOrder(resources: readonly ProvenanceResource[]): readonly ProvenanceResource[] {
  const keyed = resources.map((each) => {
    const kind = String(each.annotations?.['kind'] ?? '');
    return { each, key: [kind, each.name ?? '', JSON.stringify(each)].join('\n') };
  });
  const once = new Map(keyed.map(({ each, key }) => [key, each]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
