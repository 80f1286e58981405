import { describe, expect, it } from 'vitest';
import { catalogued, debian, dpkgStatus } from '../../test/support/catalogued.ts';
import { sbomFaults } from '../../test/support/official-schemas.ts';
import { digestOf } from '../oci/digest.ts';
import { parseSyft } from './parse-syft.ts';
import { readSbom } from './read-sbom.ts';
import { renderReleaseCycloneDx } from './render-release-cyclonedx.ts';
import { renderReleaseSpdx } from './render-release-spdx.ts';
import { renderSbom } from './render-sbom.ts';
import { agreedAuthor, authorOf } from './sbom-author.ts';
import { sbomFormats } from './sbom-names.ts';

const tool = { name: 'cowa-release', version: '1.0.0' };
const created = new Date('2026-08-25T12:00:00Z');
const inventory = await catalogued([debian, dpkgStatus('libc6 2.36-9+deb12u4')]);

function authorsIn(bytes: Uint8Array): readonly string[] {
  return readSbom(JSON.parse(Buffer.from(bytes).toString('utf8')))?.authors ?? ['not an SBOM'];
}

describe('the author of an SBOM', () => {
  it.each([
    { metadata: { authors: 'A Team', vendor: 'B' }, author: 'A Team' },
    { metadata: { vendor: ' B\n Corp ' }, author: 'B Corp' },
    { metadata: { authors: '  ' }, author: undefined },
  ])('$metadata: $author', ({ metadata, author }) => {
    expect(authorOf(metadata)).toBe(author);
  });

  it('of what packages share is the one they agree on', () => {
    expect(agreedAuthor([{ authors: 'A' }, {}, { vendor: 'A' }])).toBe('A');
    expect(agreedAuthor([{ authors: 'A' }, { authors: 'B' }])).toBeUndefined();
  });

  it.each(sbomFormats)('%s about an image names it, or nobody', (format) => {
    const named = renderSbom(inventory, format, { ...tool, author: 'A Team' }, created);
    expect(authorsIn(named)[0]).toMatch(/^(?:Organization: )?A Team$/);
    expect(sbomFaults(format, named)).toEqual([]);
    expect(authorsIn(renderSbom(inventory, format, tool, created))).toEqual([]);
  });

  it('is read back out of sboms.tar, so that the other formats can be written from it', () => {
    const maker = { ...tool, author: 'A Team' };
    expect(parseSyft(renderSbom(inventory, 'syft', maker, created), 'a').tool).toEqual(maker);
  });

  it('of a whole archive is named, and where there is none that is said', () => {
    const bom = {
      kind: 'bundle',
      name: 'demo',
      version: '1',
      digest: digestOf('x'),
      packages: [],
      partial: false,
    } as const;
    for (const render of [renderReleaseCycloneDx, renderReleaseSpdx]) {
      const named = render({ ...bom, author: 'A Team' }, tool, created);
      expect(authorsIn(named)[0]).toMatch(/A Team$/);
      const unknown = render({ ...bom, author: undefined }, tool, created);
      expect(authorsIn(unknown)).toEqual([]);
      expect(Buffer.from(unknown).toString('utf8')).toMatch(/author is unknown|"unknown"/);
    }
  });
});
