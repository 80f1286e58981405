import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseReleaseStatement } from '../../src/attestation/release-statement.ts';
import Assemble from '../../src/commands/assemble.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Verify from '../../src/commands/verify.ts';
import { root } from '../support/demo-release.ts';
import { writeBelow } from '../support/write-below.ts';

const files = {
  'cowa-release.yaml': `apiVersion: cowa-release/v1
name: p
version: 1.0.0
architecture: amd64
imageSources: []
target: { profile: bare-kubernetes, kubernetes: "1.30", kinds: [a.b/v1/C] }
flavors: { cpu: { packages: [{ path: pkg }] } }
`,
  'pkg/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: p, version: 1.0.0, architecture: amd64 }
components:
  - { name: c, required: true, charts: [{ name: c, version: 1.0.0, namespace: n, localPath: chart }] }
`,
  'pkg/chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'pkg/chart/templates/a.yaml': `{{- if .Capabilities.APIVersions.Has "a.b/v1/C" }}
apiVersion: a.b/v1
kind: C
metadata: { name: x }
kube: {{ .Capabilities.KubeVersion }}
{{- end }}
{{- if .Capabilities.APIVersions.Has "uds.dev/v1alpha1/Package" }}
---
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: x }
{{- end }}
`,
};

let folder = '';
const at = (...parts: readonly string[]): string => join(folder, ...parts);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-target-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await captureOutput(() => KeysGenerate.run(['--out', at('release')], { root }));
  await writeBelow(folder, files);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

describe('a release for a cluster of its own', () => {
  it('says what it was rendered for, and is rendered for that where it is verified', async () => {
    const made = await captureOutput(() =>
      Assemble.run(
        [
          ...['-f', at('cowa-release.yaml'), '--flavor', 'cpu', '--key', at('release.key')],
          ...['--out', at('dist'), '--cache-dir', at('cache')],
        ],
        { root },
      ),
    );
    expect(made.error).toBeUndefined();
    const line = await readFile(at('dist/cpu/release.intoto.jsonl'), 'utf8');
    const { payload } = JSON.parse(line).dsseEnvelope;
    const { files: listed } = parseReleaseStatement(Buffer.from(payload, 'base64'));
    expect(listed.flatMap(({ rendered }) => rendered ?? [])).toMatchObject([
      {
        cluster: { kubernetes: '1.30', apiVersions: ['a.b/v1', 'a.b/v1/C'] },
        // The default profile would give a UDS package instead.
        objects: 1,
        unread: 0,
      },
    ]);
    const { stdout } = await captureOutput(() =>
      Verify.run([at('dist/cpu'), '--key', at('release.pub'), '--json'], { root }),
    );
    const { findings } = JSON.parse(stdout);
    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'statement/rendered', outcome: 'pass' }),
    );
  });
});
