import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import type { InspectReport } from '../report/inspect-report.ts';
import { inspectArchive } from './inspect-archive.ts';

const run = { signal: new AbortController().signal };
const compute = inProcessCompute();

async function inspect(
  bytes: Uint8Array,
  options: { readonly location?: string; readonly requirements?: boolean } = {},
): Promise<InspectReport> {
  const { location = 'zarf-package-demo-amd64-1.0.0.tar.zst', requirements = true } = options;
  return inspectArchive(
    { location, requirements, programVersion: '0.0.0' },
    {
      source: new MemoryArchiveSource({ [location]: bytes }),
      compute,
      openCompute: async () => compute,
      signatures: new SigstoreJudge(),
    },
    run,
  );
}

const chart = (templates: Readonly<Record<string, string>>) =>
  gzipSync(
    tarOf(
      tarFile('c/Chart.yaml', 'name: c\nversion: 1.0.0\n'),
      tarFile('c/values.yaml', 'size: 1Gi\n'),
      ...Object.entries(templates).map(([name, text]) => tarFile(`c/templates/${name}`, text)),
    ),
  );
const pvc =
  "kind: PersistentVolumeClaim\nmetadata: { name: '{{ .Release.Name }}-data' }\nspec: { resources: { requests: { storage: '{{ .Values.size }}' } } }\n";
const pod =
  'kind: Pod\nmetadata: { name: p }\nspec: { containers: [{ resources: { limits: { nvidia.com/gpu: 2 } }, envFrom: [{ secretRef: { name: given } }] }], imagePullSecrets: [{ name: private-registry }] }\n';
const component = tarOf(
  tarFile('note/charts/c-1.0.0.tgz', chart({ 'pvc.yaml': pvc })),
  tarFile('note/values/c-1.0.0-0', "size: '###ZARF_VAR_SIZE###'\n"),
  tarFile('note/manifests/m-0.yaml', pod),
);
const draft = (tar: Buffer = component) =>
  aPackage()
    .with('components/note.tar', tar)
    .image()
    .image({ name: 'example.com/second:1' })
    .defining((text) =>
      text
        .replace(
          '    images:',
          `    charts: [{ name: c, version: 1.0.0, namespace: ns, valuesFiles: [v.yaml] }]
    manifests: [{ name: m, files: [m.yaml] }]
    images:`,
        )
        .replace(
          'components:',
          'variables: [{ name: SIZE, default: 3Gi }, { name: TOKEN, sensitive: true }, { name: SECRET, sensitive: true, default: hidden }]\ncomponents:',
        ),
    );
const packed = (of = draft()): Buffer =>
  zstdCompressSync(
    tarOf(...of.facts().entries.map(({ path, content }) => tarFile(path, content ?? ''))),
  );

describe('inspectArchive', () => {
  it('shows identity, components, images and variables, and judges nothing', async () => {
    const report = await inspect(packed());
    expect(report).toMatchObject({
      schema: 'cowa-release/inspect-report/v1',
      archive: { format: 'zarf-package', root: { kind: 'package' } },
      read: 'whole',
      bundle: null,
      complete: true,
      problems: [],
      signature: { outcome: 'unsigned' },
      images: { count: 2 },
    });
    const [only] = report.packages;
    expect(only?.components).toMatchObject([
      {
        name: 'note',
        required: true,
        selected: true,
        images: 2,
        charts: ['c 1.0.0'],
        manifests: 1,
      },
    ]);
    expect(
      only?.images.map(({ name, platform, layers }) => [name, platform, layers.length]),
    ).toEqual([
      ['docker.io/library/demo:1.0', 'linux/amd64', 1],
      ['example.com/second:1', 'linux/amd64', 1],
    ]);
  });

  it('never shows the default of a sensitive variable', async () => {
    const report = await inspect(packed());
    expect(report.packages[0]?.variables).toEqual([
      { name: 'SIZE', default: '3Gi', hasDefault: true, sensitive: false },
      { name: 'TOKEN', hasDefault: false, sensitive: true },
      { name: 'SECRET', hasDefault: true, sensitive: true },
    ]);
    expect(JSON.stringify(report)).not.toContain('hidden');
  });

  it('says what the other side must have', async () => {
    const { requirements, archive, images } = await inspect(packed());
    expect(requirements).toMatchObject({
      registry: images.uniqueSize,
      volumes: [
        {
          package: 'demo',
          component: 'note',
          source: 'c/templates/pvc.yaml',
          name: 'c-data',
          request: '3Gi',
          bytes: 3 * 2 ** 30,
          count: 1,
        },
      ],
      volumeTotal: 3 * 2 ** 30,
      gpus: [{ resource: 'nvidia.com/gpu', limit: 2, pods: 1, source: 'manifests/m-0.yaml' }],
      variables: [{ name: 'TOKEN', declaredBy: 'package', sensitive: true }],
      secrets: [{ name: 'given', keys: [], optional: false }],
      notLookedAt: [],
    });
    expect(requirements?.disk).toEqual({
      archive: archive.size,
      unpacked: archive.tarSize + component.length,
    });
  });

  it.each([
    [
      'a chart that is not there',
      tarOf(tarFile('note/manifests/m-0.yaml', pod)),
      /charts\/c-1\.0\.0\.tgz: it is not in/,
    ],
    [
      'a chart that is none',
      tarOf(tarFile('note/charts/c-1.0.0.tgz', 'no'), tarFile('note/values/c-1.0.0-0', '')),
      /no packed chart/,
    ],
    [
      'values that are not there',
      tarOf(tarFile('note/charts/c-1.0.0.tgz', chart({}))),
      /values files are not in/,
    ],
    [
      'a template of an unknown kind',
      tarOf(
        tarFile('note/charts/c-1.0.0.tgz', chart({ 'a.yaml': '{{ if }' })),
        tarFile('note/values/c-1.0.0-0', ''),
      ),
      /c\/templates\/a\.yaml/,
    ],
    [
      'a manifest that is no YAML',
      tarOf(
        tarFile('note/charts/c-1.0.0.tgz', chart({})),
        tarFile('note/values/c-1.0.0-0', ''),
        tarFile('note/manifests/m-0.yaml', 'a: ['),
      ),
      /manifests\/m-0\.yaml/,
    ],
    ['a component that is no tar', Buffer.from('x'.repeat(600)), /note: /],
  ])('names what it could not look at: %s', async (_name, tar, expected) => {
    const { requirements } = await inspect(packed(draft(tar)));
    expect(
      requirements?.notLookedAt.map(({ what, reason }) => `${what}: ${reason}`).join('\n'),
    ).toMatch(expected);
  });

  it('looks into components on standard input, too: their small files are kept in passing', async () => {
    const { requirements, read } = await inspect(packed(), { location: '-' });
    expect(read).toBe('whole');
    expect(requirements).toEqual((await inspect(packed())).requirements);
    expect(requirements?.notLookedAt).toEqual([]);
  });

  it('names what standard input does not allow', async () => {
    const { requirements } = await inspect(packed(draft(Buffer.from('x'.repeat(600)))), {
      location: '-',
    });
    expect(requirements?.notLookedAt).toMatchObject([{ what: 'charts and manifests' }]);
  });

  it('shows an archive that is cut as far as it goes', async () => {
    const whole = packed();
    const report = await inspect(whole.subarray(0, whole.length - 20), { requirements: false });
    expect(report.complete).toBe(false);
    expect(report.problems.length).toBeGreaterThan(0);
    expect(report.archive.size).toBe(whole.length - 20);
  });

  it.each([
    ['is something else', tarOf(tarFile('a', 'b')), 'FORMAT_UNKNOWN'],
    [
      'has no definition',
      packed(aPackage().tampered('zarf.yaml', undefined)),
      'DEFINITION_UNREADABLE',
    ],
    [
      'has a broken definition',
      packed(aPackage().tampered('zarf.yaml', 'a: [')),
      'DEFINITION_UNREADABLE',
    ],
  ])('says so where the archive %s', async (_name, bytes, code) => {
    const report = await inspect(bytes, { requirements: false });
    expect(report.problems.map((problem) => problem.code)).toContain(code);
    expect(report.complete).toBe(false);
  });

  it.each([
    ['a part of a split archive', 'a.tar.zst.part001', packed(), 'ARCHIVE_SPLIT_PART'],
    ['what is no archive', 'a.txt', Buffer.from('hello'), 'ARCHIVE_UNRECOGNISED'],
    ['nothing', 'a.tar', Buffer.alloc(0), 'ARCHIVE_EMPTY'],
  ])('refuses %s', async (_name, location, bytes, code) => {
    await expect(inspect(bytes, { location })).rejects.toMatchObject({ code });
  });
});
