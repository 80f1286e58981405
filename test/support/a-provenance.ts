import {
  type Provenance,
  type ProvenanceResource,
  readProvenance,
} from '../../src/attestation/provenance.ts';
import { localBuilderId, renderProvenance } from '../../src/attestation/render-provenance.ts';
import type { Check } from '../../src/checks/check.ts';
import type { ArchiveFacts, PackageFacts } from '../../src/checks/facts.ts';
import type { ProvenanceDemands, ProvenanceStatement } from '../../src/checks/provenance-facts.ts';
import { runChecks } from '../../src/checks/run-checks.ts';
import { type Digest, digestOf, hexOf } from '../../src/oci/digest.ts';
import { inShort } from './a-package.ts';

const location = 'archive.tar.zst.provenance.intoto.jsonl';
const none = digestOf(Buffer.from('no such thing'));

/** A resource that is pinned, as this program writes it. */
export function aMaterial(
  kind: string,
  name: string,
  digest: Digest | undefined,
  more: Readonly<Record<string, unknown>> = {},
): ProvenanceResource {
  return {
    name,
    digest: { sha256: hexOf(digest ?? none) },
    annotations: { kind, ...more },
  };
}

/** Sound provenance of an archive, as far as the facts tell what it holds. */
export function provenanceOf({ bundle, container, packages }: ArchiveFacts): Provenance {
  const [first] = packages;
  const root = bundle?.rootDigest ?? first?.files.get('zarf.yaml')?.digest ?? none;
  const members = (bundle?.members ?? []).map(({ name, label }) =>
    aMaterial(
      'package',
      `${name}#zarf.yaml`,
      packages.find((each) => each.label === label)?.files.get('zarf.yaml')?.digest,
    ),
  );
  const text = renderProvenance({
    archive: { name: 'archive.tar.zst', digest: container.digest ?? none },
    root: { kind: bundle === undefined ? 'package' : 'bundle', digest: root },
    externalParameters: { flavor: 'gpu', templates: ['DB_PASSWORD'] },
    internalParameters: { sourceDateEpoch: 0 },
    dependencies: [
      aMaterial('definition', 'cowa-release.yaml', none),
      ...(bundle === undefined ? materialsOf(first) : members),
    ],
    builder: { id: localBuilderId, version: { 'cowa-release': '0.0.0' } },
    byproducts: bundle === undefined ? partsOf(first) : [],
  });
  return readProvenance(Buffer.from(text));
}

/** The facts with charts and manifests in the tar of their component. */
export function holding(
  facts: ArchiveFacts,
  contents: Readonly<Record<string, string>>,
  seen: { readonly tooLarge?: readonly string[]; readonly fault?: string } = {},
): ArchiveFacts {
  const { tooLarge = [], fault } = seen;
  const files = new Map(Object.entries(contents).map(([path, text]) => [path, Buffer.from(text)]));
  return {
    ...facts,
    packages: facts.packages.map((each) => ({
      ...each,
      files: new Map(
        [...each.files].map(([path, file]) => [
          path,
          path === 'components/note.tar' ? { ...file, nested: { files, tooLarge, fault } } : file,
        ]),
      ),
    })),
  };
}

/** What a check says of an archive beside which a believed statement lies; `undefined`: nothing lies there. */
export function judgedWith(
  check: Check,
  facts: ArchiveFacts,
  provenance:
    | Provenance
    | Omit<ProvenanceStatement & { state: 'refused' | 'undecided' }, 'location'>
    | undefined,
  demands: ProvenanceDemands = { required: false },
): readonly string[] {
  const statements: readonly ProvenanceStatement[] =
    provenance === undefined
      ? []
      : 'state' in provenance
        ? [{ ...provenance, location }]
        : [{ state: 'believed', location, signers: ['builder'], provenance }];
  return inShort(runChecks([check], { ...facts, provenance: { demands, statements } }));
}

function materialsOf(held: PackageFacts | undefined): readonly ProvenanceResource[] {
  const images = (held?.images?.roots ?? []).flatMap(({ name, descriptor }) =>
    name === undefined ? [] : [aMaterial('image', name, descriptor.digest)],
  );
  const small = [...(held?.files.values() ?? [])].flatMap(({ nested }) =>
    [...(nested?.files ?? [])].map(([path, bytes]) => {
      const [component = '', ...rest] = path.split('/');
      const kind = rest[0] === 'charts' ? 'chart' : rest[0] === 'values' ? 'values' : 'manifest';
      const as = rest.join('/');
      return aMaterial(kind, `src/${as}`, digestOf(bytes), { component, path: as });
    }),
  );
  return [...images, ...small];
}

function partsOf(held: PackageFacts | undefined): readonly ProvenanceResource[] {
  return [...(held?.files.values() ?? [])].flatMap(({ path, digest }) =>
    /^(?:checksums\.txt|sboms\.tar|components\/[^/]+\.tar)$/.test(path) && digest !== undefined
      ? [{ name: path, digest: { sha256: hexOf(digest) } }]
      : [],
  );
}
