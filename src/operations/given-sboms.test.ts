import { describe, expect, it } from 'vitest';
import { aLayer, anImage } from '../../test/support/an-image.ts';
import { aMachine, assemble, run } from '../../test/support/assemble-in-memory.ts';
import { pythonPackage } from '../../test/support/catalogued.ts';
import { EmbeddedGenerator } from '../adapters/catalogers/embedded-generator.ts';
import { MemoryRecordStore } from '../adapters/memory/record-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { judgeBySchema } from '../cli/sbom-schema.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import { renderSbom } from '../sbom/render-sbom.ts';
import type { SbomFormat } from '../sbom/sbom-names.ts';
import { object, objects } from '../support/lenient-json.ts';
import { type GivenSbomPorts, requireUsed, withGivenSboms } from './given-sboms.ts';

const reference = 'example.com/api:1';
const tool = { name: 'maker', version: '1.2.3' };
const embedded = new EmbeddedGenerator('0.0.0', inProcessCompute(), new MemoryRecordStore());
const image = async (name: string): Promise<ResolvedImage> =>
  anImage([await aLayer([pythonPackage(name, '1.0')])], { reference });

async function documentAbout(of: ResolvedImage, format: SbomFormat): Promise<string> {
  const [inventory] = await embedded.catalogue(of, run);
  if (inventory === undefined) throw new Error('it is no image');
  return Buffer.from(renderSbom(inventory, format, tool)).toString('utf8');
}

const bySchema: GivenSbomPorts['schemaFaults'] = async (...args) =>
  (await judgeBySchema(...args))?.faults;
const given = (
  files: Readonly<Record<string, string>>,
  schemaFaults: GivenSbomPorts['schemaFaults'] = async () => [],
) =>
  withGivenSboms(
    embedded,
    Object.keys(files).map((file) => ({ image: reference, file })),
    {
      workspace: new MemoryWorkspace(files),
      schemaFaults,
    },
  );
const one = await image('one');
const cyclonedx = await documentAbout(one, 'cyclonedx');
const changed = (document: string, change: (document: Record<string, unknown>) => object): string =>
  JSON.stringify({ ...JSON.parse(document), ...change(JSON.parse(document)) });

describe('SBOMs that were given', () => {
  it.each(['cyclonedx', 'spdx', 'syft'] as const)(
    'stand for their image, in %s',
    async (format) => {
      const generator = await given({ 'a.json': await documentAbout(one, format) });
      const [inventory] = await generator.catalogue(one, run);
      expect(inventory).toMatchObject({ packages: [{ name: 'one', version: '1.0' }] });
      expect(generator.forImage(one)).toMatchObject({ ...tool, files: { name: 'cowa-release' } });
      expect(generator.given).toMatchObject([{ image: reference, file: 'a.json' }]);
    },
  );

  it('leave every other image to the other generator', async () => {
    const generator = await given({ 'a.json': cyclonedx });
    const other = { ...one, normalized: 'example.com/other:1' };
    expect(generator.forImage(other)).toBe(embedded);
  });

  it('are another document to the cache as soon as a byte differs', async () => {
    const [a, b] = await Promise.all(
      [cyclonedx, `${cyclonedx} `].map((text) => given({ a: text })),
    );
    expect(a?.forImage(one).revision).not.toBe(b?.forImage(one).revision);
  });

  it.each([
    [
      'of another image',
      async () => given({ a: await documentAbout(await image('two'), 'cyclonedx') }),
      'SBOM_GIVEN_OTHER_IMAGE',
    ],
    [
      'that name no digest',
      () => given({ a: changed(cyclonedx, () => ({ metadata: {} })) }),
      'SBOM_GIVEN_OTHER_IMAGE',
    ],
    [
      'of which two are about one image',
      async () => given({ a: cyclonedx, b: await documentAbout(one, 'spdx') }),
      'SBOM_GIVEN_TWICE',
    ],
    [
      'that break the schema of CycloneDX',
      () => given({ a: changed(cyclonedx, () => ({ version: 0 })) }, bySchema),
      'SBOM_GIVEN_INVALID',
    ],
    [
      'of a version nobody knows',
      () => given({ a: changed(cyclonedx, () => ({ specVersion: '9.0' })) }, bySchema),
      'SBOM_GIVEN_INVALID',
    ],
    [
      'that are SPDX without a time',
      async () =>
        given(
          {
            a: changed(await documentAbout(one, 'spdx'), () => ({
              creationInfo: { creators: ['Tool: a-1'] },
            })),
          },
          bySchema,
        ),
      'SBOM_GIVEN_INVALID',
    ],
    [
      'that are Syft without packages',
      async () =>
        given(
          { a: changed(await documentAbout(one, 'syft'), () => ({ artifacts: null })) },
          bySchema,
        ),
      'SBOM_GIVEN_INVALID',
    ],
    ['that are no SBOM', () => given({ a: '{}' }), 'SBOM_DOCUMENT_INVALID'],
    [
      'that are not there',
      () =>
        withGivenSboms(embedded, [{ image: reference, file: 'x' }], {
          workspace: new MemoryWorkspace({}),
          schemaFaults: async () => [],
        }),
      'WORKSPACE_MISSING',
    ],
  ])('are refused %s', async (_name, make, code) => {
    await expect((async () => (await make()).catalogue(one, run))()).rejects.toMatchObject({
      code,
    });
  });

  it('are refused for one platform of several', async () => {
    const two = await image('two');
    const manifests = [one, two].map(({ root }, at) => ({
      ...root,
      platform: { os: 'linux', architecture: ['amd64', 'arm64'][at] },
    }));
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests,
      }),
    );
    const root = {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: digestOf(bytes),
      size: bytes.length,
    };
    const index = {
      ...root,
      role: 'index' as const,
      async *open() {
        yield bytes;
      },
    };
    const whole: ResolvedImage = { ...one, root, blobs: [index, ...one.blobs, ...two.blobs] };
    await expect((await given({ a: cyclonedx })).catalogue(whole, run)).rejects.toMatchObject({
      code: 'SBOM_GIVEN_MISSING',
    });
    const both = await given({ a: cyclonedx, b: await documentAbout(two, 'cyclonedx') });
    expect((await both.catalogue(whole, run)).map(({ packages }) => packages[0]?.name)).toEqual([
      'one',
      'two',
    ]);
  });

  it('are refused where no package carries their image, once every flavor is known', () => {
    const plan = (sboms: object, flavors: number) => ({
      release: { flavors: { cpu: {}, gpu: {} }, sboms: [sboms] },
      packages: [{ resolved: { images: [reference] } }],
      flavors: Array(flavors).fill({}),
    });
    const judged = (image: string, flavors: number) => () =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plan as far as it is read
      requireUsed(
        plan({ image, file: 'a' }, flavors) as unknown as Parameters<typeof requireUsed>[0],
      );
    expect(judged(reference, 2)).not.toThrow();
    expect(judged('example.com/apy:1', 1)).not.toThrow();
    expect(judged('example.com/apy:1', 2)).toThrow(
      expect.objectContaining({ code: 'SBOM_GIVEN_UNUSED' }),
    );
  });

  it('come out of a release in every format, and provenance names the file', async () => {
    const machine = aMachine();
    const plain = new EmbeddedGenerator('0.0.0', inProcessCompute(), machine.caches.records);
    await assemble({ machine, signed: false, ports: { sbomGenerator: plain } });
    const beside = (part: string): readonly [string, Uint8Array] =>
      [...(machine.outputs.get('gpu')?.files ?? [])].find(([path]) => path.includes(part)) ?? [
        '',
        new Uint8Array(),
      ];
    const parsed = (part: string) =>
      object(JSON.parse(Buffer.from(beside(part)[1]).toString('utf8')));
    const document = Buffer.from(beside('/example.com_api_1.spdx.json')[1])
      .toString('utf8')
      .replaceAll('cowa-release-0.0.0', 'maker-1.2.3');
    const sha256 = hexOf(digestOf(Buffer.from(document)));
    const generator = await withGivenSboms(
      plain,
      [{ image: reference, file: 'sboms/api.spdx.json' }],
      {
        workspace: new MemoryWorkspace({ 'sboms/api.spdx.json': document }),
        schemaFaults: async () => [],
      },
    );
    const { steps } = await assemble({
      machine,
      ports: { sbomGenerator: generator },
      provenance: { givenSboms: generator.given },
    });
    expect(steps.flatMap(({ error }) => error ?? [])).toEqual([]);
    const tools = object(object(parsed('/example.com_api_1.cdx.json')['metadata'])['tools']);
    expect(tools['components']).toMatchObject([tool, { name: 'cowa-release' }]);
    const statement = Buffer.from(
      beside('/zarf-package-api-amd64-1.2.3.tar.zst.provenance.intoto')[1],
    );
    const { payload } = object(object(JSON.parse(statement.toString('utf8')))['dsseEnvelope']);
    const { predicate } = object(JSON.parse(Buffer.from(String(payload), 'base64').toString()));
    const inputs = object(object(predicate)['buildDefinition'])['resolvedDependencies'];
    expect(objects(inputs)).toContainEqual({
      name: 'sboms/api.spdx.json',
      digest: { sha256 },
      annotations: { kind: 'sbom', image: reference },
    });
  });
});
