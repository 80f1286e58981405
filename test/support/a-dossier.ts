import { allChecks } from '../../src/checks/all-checks.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import type { DossierInputs } from '../../src/operations/dossier-inputs.ts';
import { gatherDossier } from '../../src/operations/gather-dossier.ts';
import type { ArchiveContents } from '../../src/operations/gather-dossier-contents.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import type { Dossier } from '../../src/report/dossier/dossier.ts';
import type { DossierSbomPackage } from '../../src/report/dossier/dossier-contents.ts';
import type { VerifyReport } from '../../src/report/verify-report.ts';
import { aFinding, aVerifyReport } from './a-verify-report.ts';

/** A digest that follows from a name. */
export function aDigest(name: string): Digest {
  return digestOf(Buffer.from(name));
}

/** Contents of an archive with two images that share a layer, and so many packages in the first. */
export function someContents(
  name = 'demo',
  packages: readonly DossierSbomPackage[] = somePackages(3),
): ArchiveContents {
  const archive = `${name}.tar.zst`;
  const layer = (id: string, size: number) => ({ digest: aDigest(id), size, sharedBy: 1 });
  const image = (id: string, own: number) => ({
    reference: `registry.example.com/${name}/${id}:1.0.0`,
    digest: aDigest(`${name} ${id}`),
    platform: 'linux/amd64',
    size: own + 4_000_100,
    layers: [layer('base', 4_000_000), layer(`${name} ${id} own`, own)],
    carried: `${archive}: ${name}`,
  });
  return {
    archive,
    bundle: undefined,
    packages: [
      {
        archive,
        name,
        version: '1.0.0',
        architecture: 'amd64',
        digest: aDigest(`${name} zarf.yaml`),
        size: 12_000_000,
        signature: 'valid',
        components: [],
        images: [aDigest(`${name} api`), aDigest(`${name} web`)],
      },
    ],
    images: [
      {
        ...image('api', 7_000_000),
        sbom: {
          document: 'api.json',
          digest: aDigest('api.json'),
          tool: 'cowa-release',
          gaps: [],
          packages,
        },
      },
      image('web', 2_000_000),
    ],
    files: [],
    variables: [
      {
        archive,
        package: name,
        name: 'DOMAIN',
        declaredBy: 'package',
        hasDefault: false,
        sensitive: false,
      },
    ],
    permissions: [
      {
        archive,
        package: name,
        component: 'api',
        kind: 'rights',
        object: 'Role/reader',
        namespace: name,
        text: 'get, list on pods (core)',
      },
    ],
    provenance: [],
    reproductions: [],
    testResults: [],
    rendered: true,
    unread: [],
  };
}

/** Packages of an image, each different. */
export function somePackages(count: number): readonly DossierSbomPackage[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `package-${String(index).padStart(5, '0')}`,
    version: `1.${index % 40}.${index % 7}`,
    type: ['deb', 'python', 'npm'][index % 3] ?? 'deb',
    purl: `pkg:deb/debian/package-${index}@1`,
    licences:
      index % 5 === 0 ? [] : [['MIT', 'Apache-2.0', 'GPL-2.0-or-later'][index % 3] ?? 'MIT'],
  }));
}

/** The same of an archive whose digest is known. */
export function withDigest(report: VerifyReport): VerifyReport {
  const name = report.archive.name ?? '';
  return { ...report, archive: { ...report.archive, digest: aDigest(name) } };
}

/** What a report is made of, all of it good but for what is changed. */
export function dossierInputs(change: Partial<DossierInputs> = {}): DossierInputs {
  return {
    run: { command: 'report', date: new Date('2026-11-21T12:00:00.500Z'), audience: 'Site 7' },
    result: withDigest(
      aVerifyReport(
        [
          aFinding('checksums/complete', { outcome: 'pass' }),
          aFinding('signature/package', { outcome: 'pass' }),
        ],
        { name: 'demo.tar.zst' },
      ),
    ),
    seen: [someContents()],
    policy: builtInPolicy,
    inputs: [],
    scans: [],
    history: [],
    checks: allChecks(),
    programVersion: '0.0.0',
    ...change,
  };
}

/** A report. */
export function aDossier(change: Partial<DossierInputs> = {}): Dossier {
  return gatherDossier(dossierInputs(change));
}
