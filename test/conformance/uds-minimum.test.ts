import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArchiveError } from '../../src/archive/archive-error.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { tarFile, tarOf } from '../support/tar-bytes.ts';
import { verifyBytes } from '../support/verify-bytes.ts';

const layerType = 'application/vnd.zarf.layer.v1.blob';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const emptyType = 'application/vnd.oci.empty.v1+json';
const artifact = 'application/vnd.defenseunicorns.uds.bundle';
const title = (path: string) => ({ annotations: { 'org.opencontainers.image.title': path } });

class Tree {
  readonly files = new Map<string, string>();
  readonly #prefix: string;
  constructor(prefix: '' | 'oci/') {
    this.#prefix = prefix;
  }
  put(content: string): { readonly digest: string; readonly size: number } {
    const digest = digestOf(content);
    this.files.set(`${this.#prefix}blobs/sha256/${digest.slice(7)}`, content);
    return { digest, size: Buffer.byteLength(content) };
  }
  bytes(): Buffer {
    return zstdCompressSync(
      tarOf(...[...this.files].map(([name, content]) => tarFile(name, content))),
    );
  }
}

const checksums = '\n';
const definition = `kind: ZarfPackageConfig
metadata:
  name: m
  aggregateChecksum: ${digestOf(checksums).slice(7)}
components:
- name: c
  required: true
`;

function packageManifest(tree: Tree, mediaType = manifestType, config = '{}'): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: emptyType, ...tree.put(config) },
    layers: [
      { mediaType: layerType, ...tree.put(definition), ...title('zarf.yaml') },
      { mediaType: layerType, ...tree.put(checksums), ...title('checksums.txt') },
    ],
  });
}

/** The least that deploying programs load. */
function legacy(manifest: (tree: Tree) => string, layer: Record<string, unknown> = {}): Buffer {
  const tree = new Tree('');
  const held = tree.put(manifest(tree));
  const bundle = `metadata:\n  name: m\n  version: "1"\nbuild:\n  architecture: amd64\npackages:\n- name: m\n  ref: 1@${held.digest}\n`;
  const root = {
    schemaVersion: 2,
    config: { mediaType: layerType, ...tree.put('{}') },
    layers: [
      { mediaType: layerType, ...held, ...layer },
      { mediaType: layerType, ...tree.put(bundle), ...title('uds-bundle.yaml') },
    ],
  };
  const entry = {
    mediaType: manifestType,
    ...tree.put(JSON.stringify(root)),
    annotations: { 'org.opencontainers.image.ref.name': '1' },
  };
  tree.files.set('oci-layout', '{"imageLayoutVersion":"1.0.0"}');
  tree.files.set('index.json', JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  return tree.bytes();
}

function next(): Buffer {
  const tree = new Tree('oci/');
  const held = tree.put(packageManifest(tree));
  const hcl = `uds {\n  bundle_api_version = "uds.dev/v1alpha1"\n}\nmetadata {\n  name = "m"\n}\npackage "m" {\n  source = "./m.tar.zst"\n}\n`;
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: emptyType, ...tree.put('{}') },
    layers: [{ mediaType: `${artifact}.hcl.v1`, ...tree.put(hcl), ...title('bundle.uds.hcl') }],
  };
  const index = {
    schemaVersion: 2,
    artifactType: `${artifact}.v1`,
    manifests: [
      {
        mediaType: manifestType,
        ...tree.put(JSON.stringify(manifest)),
        artifactType: `${artifact}.definition.v1`,
      },
      { mediaType: manifestType, ...held, annotations: { 'uds.dev/package.name': 'm' } },
    ],
    annotations: { 'uds.dev/architecture': 'amd64' },
  };
  tree.files.set('oci/oci-layout', '{"imageLayoutVersion":"1.0.0"}');
  tree.files.set('oci/index.json', JSON.stringify(index));
  return tree.bytes();
}

describe('the least that loads', () => {
  it.each([
    ['legacy', legacy(packageManifest), 'uds-bundle-m-amd64-1.tar.zst'],
    ['next', next(), 'uds-bundle-m-amd64.tar.zst'],
    [
      'legacy with a manifest as older programs wrote it',
      legacy((tree) =>
        packageManifest(tree, layerType, '{"architecture":"amd64","ociVersion":"1.0.1"}'),
      ),
      'uds-bundle-m-amd64-1.tar.zst',
    ],
    [
      'legacy with annotations and a platform on the package, as older programs wrote them',
      legacy(packageManifest, {
        annotations: { 'org.opencontainers.image.description': 'x' },
        platform: { architecture: 'amd64', os: 'multi' },
      }),
      'uds-bundle-m-amd64-1.tar.zst',
    ],
  ])('%s is accepted', async (_name, bytes, fileName) => {
    const { verdict, findings } = await verifyBytes(bytes, fileName);
    const fails = findings.filter(
      ({ outcome, severity }) => outcome === 'fail' && severity === 'error',
    );
    expect(fails.map(({ id, message }) => `${id} ${message}`)).toEqual([]);
    expect(
      findings.filter(
        ({ id, outcome, severity }) =>
          id.startsWith('bundle/') && outcome === 'fail' && severity !== 'note',
      ),
    ).toEqual([]);
    expect(verdict.exitCode).toBe(0);
  });

  it.each([
    ['legacy', 'uds-bundle-m-amd64-1.tar.zst'],
    ['next', 'uds-bundle-m-amd64.tar.zst'],
  ] as const)('%s cut anywhere is refused and never crashes', async (format, fileName) => {
    const bytes = format === 'legacy' ? legacy(packageManifest) : next();
    for (let length = 4; length < bytes.length; length += 7) {
      const report = await verifyBytes(bytes.subarray(0, length), fileName).catch((error) => {
        if (error instanceof ArchiveError) return undefined;
        throw error;
      });
      expect(report?.verdict.exitCode ?? 1).toBe(1);
    }
  });
});
