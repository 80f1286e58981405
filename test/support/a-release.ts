import type { Files } from './deployed.ts';

/** What a test changes of a small release: two packages, one bundle. */
export interface ReleaseParts {
  /** `cowa-release.yaml` behind its flavors. */
  readonly more?: string;
  /** Of `cowa-release.yaml`. */
  readonly version?: string;
  /** `packages:` of the bundle of flavor cpu. */
  readonly bundle?: string;
  /** Replaces or adds files; undefined takes one away. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

const soundBundle = `
  - { name: db, path: ../packages/db, ref: 1.0.0 }
  - { name: api, path: ../packages/api, ref: 1.0.0 }
`;

/** A package with one manifest. */
export function aPackage(name: string, rest = ''): string {
  return `kind: ZarfPackageConfig
metadata: { name: ${name}, version: 1.0.0, architecture: amd64 }
components:
  - name: ${name}
    required: true
    manifests: [{ name: ${name}, namespace: ai, files: [all.yaml] }]
${rest}`;
}

/** Files of a sound release, changed as a test says. */
export function aRelease({
  more = '',
  version = '1.0.0',
  bundle = soundBundle,
  files = {},
}: ReleaseParts = {}): Files {
  const all: Record<string, string | undefined> = {
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: platform
version: ${version}
architecture: amd64
imageSources: []
flavors:
  cpu:
    packages: [{ path: packages/db }, { path: packages/api }]
    bundle: { path: bundle }
${more}`,
    'bundle/uds-bundle.yaml': `kind: UDSBundle
metadata: { name: platform-cpu, version: 1.0.0, architecture: amd64 }
packages:${bundle}`,
    'packages/db/zarf.yaml': aPackage('db'),
    'packages/db/all.yaml': `apiVersion: v1
kind: Secret
metadata: { name: db-auth, namespace: ai }
stringData: { token: x }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: ai }
spec: { ports: [{ port: 8080 }] }
`,
    'packages/api/zarf.yaml': aPackage('api'),
    'packages/api/all.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: ai }
spec:
  template:
    spec:
      containers:
        - name: api
          env:
            - { name: TOKEN, valueFrom: { secretKeyRef: { name: db-auth, key: token } } }
            - { name: URL, value: "http://db:8080" }
`,
    ...files,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])),
  );
}
