import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePartsManifest } from '../../src/archive/parts-manifest.ts';
import { renderSeekTable } from '../../src/archive/seek-table-write.ts';
import { parseCertificate } from '../../src/attestation/certificate.ts';
import { DerFault, parseDer } from '../../src/attestation/der.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import {
  parseReleaseStatement,
  renderReleaseStatement,
} from '../../src/attestation/release-statement.ts';
import { parseSignatureBundle } from '../../src/attestation/signature-bundle.ts';
import { parseStatement } from '../../src/attestation/statement.ts';
import { parseTimestampResponse } from '../../src/attestation/timestamp-response.ts';
import { parseTrustedRoot } from '../../src/attestation/trusted-root.ts';
import { catalog } from '../../src/checks/catalog.gen.ts';
import { parseLock } from '../../src/config/parse-lock.ts';
import { parseReleaseDefinition } from '../../src/config/parse-release-definition.ts';
import { CowaError, InternalError } from '../../src/errors/families.ts';
import { mediaTypes } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseImageConfig } from '../../src/oci/image-config.ts';
import { parseIndex } from '../../src/oci/image-index.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';
import { parseAcceptedRecord } from '../../src/policy/trust/accepted-record.ts';
import { parseTrustPolicy } from '../../src/policy/trust/parse-trust-policy.ts';
import { parseJsonStrict } from '../../src/support/json-document.ts';
import { parseYaml } from '../../src/support/yaml-document.ts';
import { parsePackageManifest } from '../../src/uds/package-manifest.ts';
import { parseUdsBundle } from '../../src/uds/parse-bundle.ts';
import { parseNextBundle } from '../../src/uds/parse-next-bundle.ts';
import { parseChecksums } from '../../src/zarf/parse-checksums.ts';
import { parsePackageDefinition } from '../../src/zarf/parse-definition.ts';
import { parseSplitHeader } from '../../src/zarf/split-part.ts';
import { aTrustDocument } from './a-trust-policy.ts';
import { decodedByUs } from './decoded-by-us.ts';
import { goldenArchives } from './golden-archives.ts';
import { surveyBytes } from './survey-bytes.ts';
import { checkedFrame, paxHeader, paxRecord, rawHeader, tarFile, tarOf } from './tar-bytes.ts';
import { madeFrames } from './zstd-made.ts';

/** A reader of bytes that nobody vouches for, and examples of what it is meant for. */
export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Reads, and gives back or throws as it does. */
  read(bytes: Buffer): unknown;
}

const conformance = join(import.meta.dirname, '..', 'conformance');
const repository = join(import.meta.dirname, '..', '..');
const file = (...path: readonly string[]): Buffer => readFileSync(join(conformance, ...path));
const bundles = readdirSync(join(conformance, 'signing', 'bundles')).map((name) =>
  file('signing', 'bundles', name),
);
const digest = digestOf('x');
const descriptor = { mediaType: mediaTypes.ociManifest, digest, size: 9 };
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Everything between `begin` and `end` lines, and every base64 member that holds DER. */
function encoded(member: RegExp): readonly Buffer[] {
  return bundles.flatMap((bytes) =>
    [...bytes.toString('utf8').matchAll(member)].map((found) =>
      Buffer.from(found[1] ?? '', 'base64'),
    ),
  );
}

async function survey(bytes: Buffer): Promise<void> {
  await surveyBytes(bytes, { maxRetainedBytes: 2 ** 20 });
}

const packages = ['hello', 'web', 'app'].map((name) =>
  file('uds', 'definitions', 'packages', name, 'zarf.yaml'),
);
const certificates = encoded(/"rawBytes":\s*"([^"]+)"/g);

/** Every reader that meets what a sender wrote. */
export const fuzzTargets: readonly FuzzTarget[] = [
  {
    name: 'tar',
    seeds: [
      tarOf(tarFile('zarf.yaml', 'kind: x\n'), tarFile('a/b', 'content')),
      tarOf(paxHeader(paxRecord('path', 'ä/ö') + paxRecord('size', '0')), rawHeader('x', '0')),
      tarOf(
        rawHeader('././@LongLink', 'L', 3),
        Buffer.from('b\0'.padEnd(512, '\0')),
        rawHeader('a', '0'),
      ),
    ],
    read: survey,
  },
  {
    name: 'archive',
    seeds: [
      ...goldenArchives()
        .map(({ bytes }) => bytes)
        .filter(({ length }) => length < 4000),
      Buffer.concat([
        checkedFrame(tarOf(tarFile('a', 'b'))),
        renderSeekTable([
          { size: checkedFrame(tarOf(tarFile('a', 'b'))).length, contentSize: 2048 },
        ]),
      ]),
    ],
    read: survey,
  },
  {
    name: 'zstd',
    seeds: madeFrames(60, 3).map(({ bytes }) => bytes),
    read: (bytes) => decodedByUs(bytes),
  },
  { name: 'yaml', seeds: packages, read: (bytes) => parseYaml(bytes) },
  {
    name: 'json',
    seeds: bundles,
    read: (bytes) => parseJsonStrict(bytes, { maxBytes: 2 ** 20, maxDepth: 64 }),
  },
  { name: 'signature bundle', seeds: bundles, read: (bytes) => parseSignatureBundle(bytes) },
  {
    name: 'statement',
    seeds: encoded(/"payload":\s*"([^"]+)"/g),
    read: (bytes) => parseStatement(bytes, { allowOldType: true }),
  },
  {
    name: 'release statement',
    seeds: [
      Buffer.from(
        renderReleaseStatement({
          product: 'demo',
          version: '1.0.0',
          flavor: 'cpu',
          counter: 3,
          sourceDateEpoch: 1_700_000_000,
          audience: ['site'],
          files: [
            { name: 'a.tar.zst', digest, size: 5, root: { kind: 'package', digest } },
            { name: 'report.json', digest, size: 6 },
          ],
        }),
      ),
    ],
    read: (bytes) => parseReleaseStatement(bytes),
  },
  {
    name: 'accepted record',
    seeds: [json({}), ...encoded(/"payload":\s*"([^"]+)"/g)],
    read: (bytes) => parseAcceptedRecord(bytes),
  },
  { name: 'certificate', seeds: certificates, read: (bytes) => parseCertificate(bytes) },
  { name: 'DER', seeds: certificates, read: (bytes) => parseDer(bytes) },
  {
    name: 'timestamp',
    seeds: encoded(/"signedTimestamp":\s*"([^"]+)"/g),
    read: (bytes) => parseTimestampResponse(bytes),
  },
  {
    name: 'trusted root',
    seeds: [file('signing', 'roots', 'trusted_root.json')],
    read: (bytes) => parseTrustedRoot(bytes),
  },
  {
    name: 'public key',
    seeds: ['p256.pub', 'p384.pub', 'rsa3072.pub'].map((name) => file('signing', 'keys', name)),
    read: (bytes) => parsePublicKey(bytes.toString('utf8')),
  },
  {
    name: 'OCI manifest',
    seeds: [
      json({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: descriptor,
        layers: [descriptor],
      }),
    ],
    read: (bytes) => parseManifest(bytes, mediaTypes.ociManifest, 'it'),
  },
  {
    name: 'OCI index',
    seeds: [
      json({
        schemaVersion: 2,
        manifests: [{ ...descriptor, platform: { os: 'linux', architecture: 'amd64' } }],
      }),
    ],
    read: (bytes) => parseIndex(bytes, undefined, 'it'),
  },
  {
    name: 'image config',
    seeds: [
      json({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digest] } }),
    ],
    read: (bytes) => parseImageConfig(bytes, 'it'),
  },
  {
    name: 'package manifest',
    seeds: [
      json({
        schemaVersion: 2,
        config: descriptor,
        layers: [{ ...descriptor, annotations: { 'org.opencontainers.image.title': 'zarf.yaml' } }],
      }),
    ],
    read: (bytes) => parsePackageManifest(bytes, 'it'),
  },
  {
    name: 'package definition',
    seeds: packages,
    read: (bytes) => [
      parsePackageDefinition(bytes, 'built'),
      parsePackageDefinition(bytes, 'authored'),
    ],
  },
  {
    name: 'bundle definition',
    seeds: ['legacy-one', 'legacy-signed-package', 'legacy-local-optional'].map((name) =>
      file('uds', 'definitions', name, 'uds-bundle.yaml'),
    ),
    read: (bytes) => [parseUdsBundle(bytes, 'built'), parseUdsBundle(bytes, 'authored')],
  },
  {
    name: 'next bundle definition',
    seeds: ['next-two', 'next-signed-at-create'].map((name) =>
      file('uds', 'definitions', name, 'bundle.uds.hcl'),
    ),
    read: (bytes) => parseNextBundle(bytes, 'amd64'),
  },
  {
    name: 'checksums',
    seeds: [Buffer.from(`${'ab'.repeat(32)} components/a.tar\n${'cd'.repeat(32)} images/b\n`)],
    read: (bytes) => parseChecksums(bytes),
  },
  {
    name: 'policy',
    seeds: [
      readFileSync(join(repository, 'fixtures', 'demo', 'policy.yaml')),
      readFileSync(join(repository, 'bundles', 'policy.yaml')),
    ],
    read: (bytes) => parsePolicy(bytes, catalog),
  },
  {
    name: 'trust policy',
    seeds: [json(aTrustDocument())],
    read: (bytes) => parseTrustPolicy(bytes, 'trust-policy.json'),
  },
  {
    name: 'release definition',
    seeds: [readFileSync(join(repository, 'fixtures', 'demo', 'cowa-release.yaml'))],
    read: (bytes) => parseReleaseDefinition(bytes, 'cowa-release.yaml'),
  },
  {
    name: 'lock',
    seeds: [
      json({
        schema: 'cowa-release/lock/v1',
        name: 'demo',
        architecture: 'amd64',
        flavors: {
          cpu: {
            images: [
              {
                reference: 'registry.example.com/api:1',
                source: 'registry',
                mediaType: mediaTypes.ociManifest,
                digest,
                size: 2,
                layers: [descriptor],
              },
            ],
            payloads: [{ path: 'a.bin', sha256: 'ab'.repeat(32), size: 0 }],
          },
        },
      }),
    ],
    read: (bytes) => parseLock(bytes),
  },
  {
    name: 'split header',
    seeds: [
      file('zarf', 'packages', 'split', 'zarf-package-images-chart-amd64-1.2.3.tar.zst.part000'),
    ],
    read: (bytes) => parseSplitHeader(bytes),
  },
  {
    name: 'parts manifest',
    seeds: [json({ schema: 'cowa-release/parts/v1', parts: [] })],
    read: (bytes) => parsePartsManifest(bytes),
  },
];

/** Reads, and lets through only what is no honest refusal. @throws whatever is a bug */
export async function readOrRefuse(target: FuzzTarget, bytes: Buffer): Promise<void> {
  try {
    await target.read(bytes);
  } catch (error) {
    const refused =
      (error instanceof CowaError && !(error instanceof InternalError)) ||
      error instanceof DerFault;
    if (!refused) throw error;
  }
}
