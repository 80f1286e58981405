import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BundleFacts, PackageFacts } from '../../src/checks/facts.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { titleOf } from '../../src/uds/package-manifest.ts';
import { BundleArchive } from '../support/hostile-bundle.ts';
import { isHygiene } from '../support/is-hygiene.ts';
import { judgeArchive } from '../support/judge-archive.ts';
import { verifyBytes } from '../support/verify-bytes.ts';

interface GoldenImage {
  readonly name: string;
  readonly digest: string;
  readonly present: boolean;
}
interface GoldenPackage {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly layers: number;
  readonly absent: readonly string[];
  readonly signed: boolean;
  readonly verified?: boolean;
  readonly ref?: string;
  readonly source?: string;
  readonly images: readonly GoldenImage[];
}
interface GoldenBundle {
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
  readonly format: 'legacy' | 'next';
  readonly entries: number;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly architecture: string;
  readonly root_digest?: string;
  readonly index_digest?: string;
  readonly definition_digest: string;
  readonly definition_files?: readonly string[];
  readonly declared?: readonly Declared[];
  readonly packages: readonly GoldenPackage[];
  readonly images_present: readonly string[];
  readonly bundle_signed: boolean;
  readonly key?: string;
}
interface Declared {
  readonly name: string;
  readonly source: string;
  readonly namespace?: string;
  readonly valuesFiles?: readonly string[];
  readonly dependsOn?: readonly string[];
}

const folder = join(import.meta.dirname, 'uds');
const bundles: readonly GoldenBundle[] = JSON.parse(
  readFileSync(join(folder, 'expect.json'), 'utf8'),
).bundles;
const read = (path: string): Buffer => readFileSync(join(folder, path));

/** Where this program refuses what the deploying program takes, and why. */
const stricter: Readonly<Record<string, { readonly check: string; readonly why: string }>> = {
  'bundles/legacy-two/uds-bundle-two-amd64-0.2.0.tar.zst': {
    check: 'bundle/blobs BUNDLE_BLOB_MISSING, bundle/components BUNDLE_COMPONENT_INCOMPLETE',
    why: 'a component that is deployed by default is not inside',
  },
};

describe('bundles of the real program', () => {
  it('are all there', () => expect(bundles).toHaveLength(15));

  it.each(bundles)('$file: facts', async (expected) => {
    const bytes = read(expected.file);
    expect([digestOf(bytes), bytes.length]).toEqual([`sha256:${expected.sha256}`, expected.size]);
    const { facts, survey } = await judgeArchive(bytes, basename(expected.file));
    expect(survey.entries).toHaveLength(expected.entries);
    const { bundle, packages } = facts;
    if (bundle === undefined) return expect.fail('no bundle');
    expect(identityOf(bundle)).toEqual({
      format: expected.format,
      name: expected.name,
      version: expected.version,
      ...(expected.format === 'next' ? { description: expected.description } : {}),
      architecture: expected.architecture,
      root: expected.root_digest ?? expected.index_digest,
      definition: expected.definition_digest,
      signed: expected.bundle_signed,
    });
    expect(packages.map((each) => packageOf(each, bundle, manifestLayers(bytes, each)))).toEqual(
      expected.packages.map(comparable),
    );
    if (expected.declared !== undefined)
      expect(bundle.definition?.next?.packages.map(declaredOf)).toEqual(expected.declared);

    function identityOf({
      format,
      definition,
      architecture,
      rootDigest,
      definitionDigest,
    }: BundleFacts): unknown {
      const { name, version, description } = definition?.bundle?.metadata ?? {};
      const signed = survey.entries.some(({ path }) => path === 'uds.bundle.sig');
      return {
        format,
        name,
        version,
        ...(format === 'next' ? { description: description ?? '' } : {}),
        architecture,
        root: rootDigest,
        definition: definitionDigest,
        signed,
      };
    }
  });

  it.each(bundles)('$file: verdict', async ({ file, key }) => {
    const { verdict, findings } = await verifyBytes(
      read(file),
      basename(file),
      key === undefined ? undefined : read(key).toString('utf8'),
    );
    const fails = findings
      .filter((each) => each.outcome === 'fail' && each.severity !== 'note' && !isHygiene(each))
      .map(({ id, code }) => `${id} ${code}`);
    const refused = stricter[file];
    expect([...new Set(fails)].join(', ')).toBe(refused?.check ?? '');
    expect(verdict.exitCode).toBe(refused === undefined ? 0 : 1);
  });

  it.each(bundles.filter(({ key }) => key !== undefined))(
    '$file: refused by another key',
    async ({ file }) => {
      const { verdict, findings } = await verifyBytes(
        read(file),
        basename(file),
        read('keys/b.pub').toString('utf8'),
      );
      expect(verdict.exitCode).toBe(1);
      expect(
        findings
          .filter(({ outcome, severity }) => outcome === 'fail' && severity === 'error')
          .map(({ id }) => id),
      ).toEqual(['signature/archive']);
    },
  );

  it.each(bundles)('$file: without a key incomplete', async ({ file }) => {
    const { findings } = await judgeArchive(read(file), basename(file));
    const undecided = findings.filter(({ outcome }) => outcome === 'undecided').map(({ id }) => id);
    expect(undecided).toContain('signature/archive');
    expect(undecided.filter((id) => !id.startsWith('signature/'))).toEqual([]);
  });
});

function comparable({ verified, source, ref, ...rest }: GoldenPackage): unknown {
  return {
    ...rest,
    absent: [...rest.absent].sort(),
    images: [...rest.images].sort(byName),
    verified: verified ?? false,
    origin: ref ?? source,
  };
}

function packageOf(facts: PackageFacts, bundle: BundleFacts, layers: readonly string[]): unknown {
  const definition = facts.definition?.definition;
  const member = bundle.members?.find(({ label }) => label === facts.label);
  const entry = bundle.definition?.bundle?.packages[Number(member?.pointer?.split('/')[2])];
  const next = bundle.definition?.next?.packages.find(({ name }) => name === member?.name);
  return {
    name: member?.name,
    version: definition?.metadata.version,
    digest: member?.digest,
    layers: layers.length,
    absent: layers.filter((path) => facts.files.get(path)?.digest === undefined).sort(),
    signed: facts.signatureFile !== undefined && definition?.build?.signed === true,
    verified: member?.claimsVerified,
    origin: next?.source ?? entry?.ref,
    images: (facts.images?.roots ?? [])
      .map(({ name, descriptor, manifests }) => ({
        name,
        digest: descriptor.digest,
        present: manifests.length > 0,
      }))
      .sort(byName),
  };
}

/** Titles that the manifest in the archive names, by a reader of its own. */
function manifestLayers(bytes: Buffer, { manifest }: PackageFacts): readonly string[] {
  const entry = new BundleArchive(bytes).entries.find(({ name }) =>
    name.endsWith(`blobs/sha256/${manifest?.digest.slice(7)}`),
  );
  return JSON.parse(entry?.content.toString('utf8') ?? '{}').layers.map(
    (layer: Parameters<typeof titleOf>[0]) => titleOf(layer),
  );
}

function declaredOf({
  name,
  source,
  namespace,
  valuesFiles,
  dependsOn,
}: NonNullable<NonNullable<BundleFacts['definition']>['next']>['packages'][number]): Declared {
  return {
    name,
    source,
    ...(namespace === undefined ? {} : { namespace }),
    ...(valuesFiles.length === 0 ? {} : { valuesFiles }),
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
  };
}

function byName(
  a: { readonly name?: string | undefined },
  b: { readonly name?: string | undefined },
): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}
