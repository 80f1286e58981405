import { describe, expect, it } from 'vitest';
import { listedPackages, parsePackagedSbom } from './packaged-sbom.ts';

const sha256 = 'a'.repeat(64);
const kept = (about: object, rows = ''): Buffer =>
  Buffer.from(`${JSON.stringify({ sha256, whole: true, unread: 0, ...about })}\n${rows}`);

describe('what the pass keeps of an SBOM', () => {
  it('says what it is about, who wrote it, and which packages it lists', () => {
    const coverage = {
      uncovered: [{ ecosystem: 'Java archives', count: 2, examples: [] }],
      faults: [{}],
      binaries: 9,
      unexplainedBinaries: 3,
    };
    const sbom = parsePackagedSbom(
      'a.json',
      kept(
        {
          source: { metadata: { manifestDigest: 'sha256:1', layers: [{ digest: 'sha256:2' }, 3] } },
          distro: { id: 'debian', versionID: '12' },
          descriptor: { name: 'cowa-release', version: '1', configuration: { coverage } },
          artifacts: 3,
          unread: 1,
        },
        '[["a","1","deb","pkg:deb/a@1",["MIT"]],["b","","npm","",null]]',
      ),
    );
    expect(sbom).toMatchObject({
      digest: `sha256:${sha256}`,
      manifest: 'sha256:1',
      layers: ['sha256:2'],
      tool: 'cowa-release 1',
      distro: 'debian 12',
      coverage: {
        complete: false,
        gaps: [
          '2 Java archives',
          '3 of 9 programs and libraries of no package',
          '1 file that could not be read',
        ],
      },
      count: 3,
      unread: 1,
    });
    expect(sbom === undefined ? [] : listedPackages(sbom)).toEqual([
      { name: 'a', version: '1', type: 'deb', purl: 'pkg:deb/a@1', licences: ['MIT'] },
      { name: 'b', version: '', type: 'npm', purl: '', licences: undefined },
    ]);
  });

  it.each([
    ['one that ends early', kept({ whole: false })],
    ['one without a digest', Buffer.from('{"whole":true}\n')],
    ['what is no JSON', Buffer.from('{"whole":true,"sha256":\n')],
    ['nothing', Buffer.from('')],
  ])('is no document: %s', (_name, bytes) => {
    expect(parsePackagedSbom('a.json', bytes)).toBeUndefined();
  });

  it('lists nothing where the packages were more than is kept, and says nothing of coverage for others', () => {
    const sbom = parsePackagedSbom('a.json', kept({ descriptor: { name: 'syft' }, artifacts: 9 }));
    expect(sbom).toMatchObject({ count: 9, rows: undefined, coverage: undefined, tool: 'syft' });
    expect(sbom === undefined ? 1 : listedPackages(sbom)).toBeUndefined();
  });

  it('of a list of another maker nothing is said, though this program wrote it down', () => {
    const coverage = {
      ...{ untold: true, uncovered: [], faults: [], binaries: 0, unexplainedBinaries: 0 },
    };
    const sbom = parsePackagedSbom('a.json', kept({ descriptor: { configuration: { coverage } } }));
    expect(sbom).toMatchObject({ coverage: undefined });
  });

  it('keeps complete documents apart', () => {
    const coverage = { uncovered: [], faults: [], binaries: 1, unexplainedBinaries: 0 };
    const sbom = parsePackagedSbom('a.json', kept({ descriptor: { configuration: { coverage } } }));
    expect(sbom?.coverage).toEqual({ complete: true, gaps: [] });
  });
});
