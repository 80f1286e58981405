import { describe, expect, it } from 'vitest';
import { readSbom } from './read-sbom.ts';
import { commentOf } from './spdx-comment.ts';

const subject = { 'bom-ref': 'root' };
const cycloneDx = (more: object) =>
  readSbom({ bomFormat: 'CycloneDX', metadata: { component: subject }, ...more });
const spdx = (comment: string, packages: readonly object[] = []) =>
  readSbom({ spdxVersion: 'SPDX-2.3', creationInfo: { comment }, packages });
const composed = (...compositions: readonly object[]) => cycloneDx({ compositions })?.completeness;

describe('how complete a document says it is', () => {
  it.each([
    ['nothing', [], undefined],
    ['complete of what it is about', [{ aggregate: 'complete', assemblies: ['root'] }], 'complete'],
    ['complete of all', [{ aggregate: 'complete' }], 'complete'],
    ['complete of a part', [{ aggregate: 'complete', assemblies: ['a'] }], 'not_specified'],
    [
      'complete, but for a part',
      [{ aggregate: 'complete' }, { aggregate: 'incomplete', assemblies: ['a'] }],
      'incomplete',
    ],
    [
      'complete, but for a part of which nobody knows',
      [{ aggregate: 'complete' }, { aggregate: 'unknown', assemblies: ['a'] }],
      'unknown',
    ],
    ['first parties only', [{ aggregate: 'incomplete_first_party_only' }], /^incomplete/],
  ])('CycloneDX: %s', (_name, compositions, expected) => {
    const said = composed(...compositions);
    if (expected instanceof RegExp) expect(said).toMatch(expected);
    else expect(said).toBe(expected);
  });

  it.each(['complete', 'incomplete', 'unknown'] as const)('SPDX by its comment: %s', (said) => {
    const read = spdx(commentOf(undefined, said, ['2 Java archives']));
    expect(read).toMatchObject({ completeness: said, phase: 'analyzed' });
  });

  it.each(['', 'made by hand, complete', 'SBOM Type: none'])(
    'SPDX says nothing of it by other words: %j',
    (comment) => {
      const { completeness, phase } = spdx(comment) ?? {};
      expect([completeness, phase]).toEqual([undefined, undefined]);
    },
  );

  it.each([
    [{ uncovered: [], faults: [], binaries: 1, unexplainedBinaries: 0 }, 'complete'],
    [{ uncovered: [], faults: [], binaries: 1, unexplainedBinaries: 1 }, 'incomplete'],
    [{ untold: true, uncovered: [], faults: [], binaries: 0, unexplainedBinaries: 0 }, undefined],
    [undefined, undefined],
  ])('Syft JSON of this program: %j', (coverage, expected) => {
    const read = readSbom({
      schema: { url: 'anchore/syft' },
      descriptor: { configuration: { coverage } },
    });
    expect(read?.completeness).toBe(expected);
  });
});

describe('what counts as a component', () => {
  const purl = { referenceType: 'purl', referenceLocator: 'pkg:npm/a@1' };
  it('files do not, unless they name a package', () => {
    const file = { type: 'file', name: 'a' };
    const components = [file, { ...file, purl: 'pkg:npm/a@1' }, { type: 'library', name: 'b' }];
    expect(cycloneDx({ components })?.components.map(({ name }) => name)).toEqual(['a', 'b']);
    const archive = { SPDXID: 'x', primaryPackagePurpose: 'ARCHIVE' };
    const packages = [archive, { ...archive, externalRefs: [purl] }, { SPDXID: 'y' }];
    expect(spdx('', packages)?.components).toHaveLength(2);
  });
});
