import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FsWorkspace } from '../../src/adapters/fs/workspace.ts';
import { namedKustomizer } from '../../src/adapters/helm/kustomizer.ts';
import { lintDefinitions } from '../../src/operations/lint-definitions.ts';
import { writeBelow } from '../support/write-below.ts';

// Built by the kustomize that COWA_KUSTOMIZE names; last tried with v5.7.1.
const path = process.env['COWA_KUSTOMIZE'] ?? '';
const run = { signal: new AbortController().signal };
const files = {
  'zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: k, version: 1.0.0 }
components:
  - name: a
    required: true
    manifests:
      - { name: over, namespace: ns, kustomizations: [overlay] }
      - { name: remote, namespace: ns, kustomizations: [remote] }
      - { name: broken, namespace: ns, kustomizations: [broken] }
    images: ["ghcr.io/example/web:1"]
`,
  'base/kustomization.yaml':
    'resources: [pod.yaml]\nconfigMapGenerator: [{ name: settings, literals: [A=1] }]\n',
  'base/pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "ghcr.io/example/web:1", envFrom: [{ configMapRef: { name: settings } }] }] }
`,
  'overlay/kustomization.yaml':
    'resources: [../base]\nnamespace: ns\nimages: [{ name: ghcr.io/example/web, newTag: "2" }]\n',
  'remote/kustomization.yaml': 'resources: [https://example.invalid/x.yaml]\n',
  'broken/kustomization.yaml': 'resources: [nope.yaml]\n',
};

describe.skipIf(path === '')(
  `kustomizations${path === '' ? ' (skipped: COWA_KUSTOMIZE names no kustomize)' : ''}`,
  () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cowa-kustomizations-'));
      await writeBelow(folder, files);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('are judged as the real kustomize builds them', async () => {
      const kustomizer = await namedKustomizer(path, folder, run);
      const { findings, packages, kustomize } = await lintDefinitions(
        { path: '.', programVersion: '0.0.0' },
        { workspace: new FsWorkspace(folder), kustomizer },
        run,
      );
      expect(kustomize?.version).toMatch(/^v\d/);
      // The pod, and the config map whose name ends in a hash that the pod follows.
      expect(packages[0]?.objects).toBe(2);
      const told = findings.map(
        ({ id, outcome, subject, message }) => `${outcome} ${id} ${subject.name} ${message}`,
      );
      expect(told).toContainEqual(
        expect.stringMatching(
          /^fail deployment\/rendered broken kustomize does not find broken\/nope.yaml/,
        ),
      );
      expect(told).toContainEqual(
        expect.stringMatching(
          /^undecided deployment\/rendered remote it is made of https:\/\/example.invalid\/x.yaml, and nothing is fetched here/,
        ),
      );
      expect(told).toContainEqual(
        expect.stringMatching(
          /^fail deployment\/images-carried overlay .* needs ghcr.io\/example\/web:2/,
        ),
      );
      expect(
        told.filter((each) => each.includes('references/config-maps') && each.startsWith('fail')),
      ).toEqual([]);
    });
  },
);
