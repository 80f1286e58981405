import { join } from 'node:path';
import { writeBelow } from './write-below.ts';

/** What the release of these tests consists of. */
export interface InteropRelease {
  /** Folder the definitions lie in. */
  readonly root: string;
  readonly definition: string;
}

const zarf = (name: string, more: string): string => `kind: ZarfPackageConfig
metadata:
  name: ${name}
  version: 1.2.3
  description: "Made for tests: ${name}"
${more}`;

const files: Readonly<Record<string, string>> = {
  'images/os-release': 'ID=demonstration\n',
  'images/serve.sh': '#!/bin/sh\necho serve\n',
  'everything/zarf.yaml': zarf(
    'everything',
    `documentation:
  readme: docs/README.md
values:
  files: [package-values.yaml]
variables:
- name: GREETING
  description: What it says
  default: hello
constants:
- name: PLACE
  value: here
components:
- name: base
  required: true
  only: { flavor: upstream }
  images:
  - registry.example.com/interop/serve:1.0.0
  - registry.example.com/interop/other:1.0.0
  charts:
  - name: serve
    version: 0.1.0
    localPath: chart
    namespace: interop
    valuesFiles: [chart-values.yaml]
  manifests:
  - name: config
    namespace: interop
    files: [config-map.yaml]
  files:
  - source: tool.sh
    target: tool.sh
    executable: true
  - source: folder
    target: folder
- name: extra
  only: { flavor: upstream }
  images: [registry.example.com/interop/serve:1.0.0]
  dataInjections:
  - source: data
    target: { namespace: interop, selector: app=serve, container: main, path: /data }
`,
  ),
  'everything/docs/README.md': '# Everything\n',
  'everything/package-values.yaml': 'replicas: 1\n',
  'everything/chart/Chart.yaml': 'apiVersion: v2\nname: serve\nversion: 0.1.0\n',
  'everything/chart/values.yaml': 'replicas: 1\n',
  'everything/chart/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: serve }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: serve } }
  template:
    metadata: { labels: { app: serve } }
    spec: { containers: [{ name: main, image: registry.example.com/interop/serve:1.0.0 }] }
`,
  'everything/chart-values.yaml': 'replicas: 2\n',
  'everything/config-map.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config }\ndata: { greeting: "###ZARF_VAR_GREETING###" }\n',
  'everything/tool.sh': '#!/bin/sh\necho tool\n',
  'everything/folder/deep/file.txt': 'a file in a folder\n',
  'everything/data/model.bin': 'weights\n'.repeat(1000),
  // Files and actions only: the one kind that can be deployed without a cluster.
  'local/zarf.yaml': zarf(
    'local',
    `components:
- name: place
  required: true
  files:
  - source: placed.txt
    target: placed.txt
  actions:
    onDeploy:
      after:
      - cmd: echo deployed > marker.txt
`,
  ),
  'local/placed.txt': 'placed by a deployment\n',
  'plain/zarf.yaml': zarf(
    'plain',
    `  uncompressed: true
components:
- name: only
  required: true
  images: [registry.example.com/interop/other:1.0.0]
`,
  ),
};

const composed = (name: string): string => `      registry.example.com/interop/${name}:1.0.0:
        base: registry.example.com/interop/base:1.0.0
        layers: [{ files: [{ source: images/serve.sh, target: /bin/${name}, mode: '0755' }] }]
        config: { entrypoint: [/bin/${name}] }
`;

/**
 * Writes the definitions of a release that has every kind of content, and a bundle of its packages.
 * @param members more entries of the bundle, as YAML list items
 */
export async function interopRelease(
  root: string,
  options: { readonly members?: string; readonly sources?: string } = {},
): Promise<InteropRelease> {
  const definition = join(root, 'cowa-release.yaml');
  const all: Record<string, string> = {
    ...files,
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: interop
version: 1.2.3
architecture: amd64
sourceDateEpoch: 1767225600
imageSources:
  - type: compose
    images:
      registry.example.com/interop/base:1.0.0:
        base: scratch
        layers: [{ files: [{ source: images/os-release, target: /etc/os-release }] }]
${composed('serve')}${composed('other')}${options.sources ?? ''}flavors:
  cpu:
    packages:
      - { path: everything, zarfFlavor: upstream }
      - { path: local }
      - { path: plain }
    bundle: { path: bundle }
`,
    'bundle/uds-bundle.yaml': `kind: UDSBundle
metadata:
  name: interop
  version: 1.2.3
  description: Made for tests
packages:
- name: everything
  path: ../
  ref: 1.2.3
  flavor: upstream
  optionalComponents: [extra]
  overrides:
    base:
      serve:
        values:
        - { path: replicas, value: 3 }
        variables:
        - { name: REPLICAS, path: replicas, default: 3 }
- name: local
  path: ../
  ref: 1.2.3
${options.members ?? ''}`,
  };
  await writeBelow(root, all);
  return { root, definition };
}
