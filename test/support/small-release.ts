import { createHash } from 'node:crypto';
import type { MemoryFile } from '../../src/adapters/memory/workspace.ts';

const weights = Buffer.from('weights of a very small model\n'.repeat(40));

/** Files of a small release with two flavors: a package that both share, and one of its own each. */
export function smallRelease(
  changes: Readonly<Record<string, MemoryFile | undefined>> = {},
): Readonly<Record<string, MemoryFile>> {
  const files: Record<string, MemoryFile | undefined> = {
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: small
version: 1.2.3
architecture: amd64
counter: 7
sourceDateEpoch: 1700000000
imageSources:
  - type: compose
    images:
      example.com/base:1:
        base: scratch
        layers: [{ files: [{ source: files/base, target: /etc/base }] }]
      example.com/api:1:
        base: example.com/base:1
        layers: [{ files: [{ source: files/api, target: /bin/api, mode: '0755' }] }]
      example.com/model:1:
        base: example.com/base:1
        layers: [{ files: [{ source: files/model, target: /bin/model }] }]
flavors:
  cpu:
    packages: [{ path: api }, { path: model-cpu }]
    bundle: { path: bundle-cpu }
  gpu:
    packages: [{ path: api }, { path: model-gpu }]
    bundle: { path: bundle-gpu }
payloads:
  - package: model-gpu
    source: weights.bin
    path: payloads/weights.bin
    sha256: ${createHash('sha256').update(weights).digest('hex')}
`,
    'files/base': 'base\n',
    'files/api': '#!/bin/sh\necho api\n',
    'files/model': '#!/bin/sh\necho model\n',
    'payloads/weights.bin': weights,
    'api/zarf.yaml': zarfPackage('api', 'example.com/api:1'),
    'api/config.yaml': configMap('api'),
    'model-cpu/zarf.yaml': zarfPackage('model-cpu', 'example.com/model:1'),
    'model-cpu/config.yaml': configMap('model-cpu'),
    'model-gpu/zarf.yaml': `${zarfPackage('model-gpu', 'example.com/model:1')}    files:
      - source: weights.bin
        target: /opt/weights.bin
`,
    'model-gpu/config.yaml': configMap('model-gpu'),
    'bundle-cpu/uds-bundle.yaml': udsBundle('cpu'),
    'bundle-gpu/uds-bundle.yaml': udsBundle('gpu'),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, file]) => (file === undefined ? [] : [[path, file]])),
  );
}

function zarfPackage(name: string, image: string): string {
  return `kind: ZarfPackageConfig
metadata:
  name: ${name}
  version: 1.2.3
  architecture: amd64
components:
  - name: main
    required: true
    manifests:
      - name: config
        namespace: small
        files: [config.yaml]
    images: [${image}]
`;
}

function configMap(name: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: { image: example.com }
`;
}

function udsBundle(flavor: 'cpu' | 'gpu'): string {
  return `kind: UDSBundle
metadata: { name: small-${flavor}, version: 1.2.3, architecture: amd64 }
packages:
  - { name: api, path: ../api, ref: 1.2.3 }
  - { name: model-${flavor}, path: ../model-${flavor}, ref: 1.2.3 }
`;
}
