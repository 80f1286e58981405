import { describe, expect, it } from 'vitest';
import { catalogued, debian } from '../../test/support/catalogued.ts';
import { sbomFaults } from '../../test/support/official-schemas.ts';
import { openGivenSbom } from './given/given-sbom.ts';
import { readSbom } from './read-sbom.ts';
import { renderSbom } from './render-sbom.ts';
import { sbomFormats } from './sbom-names.ts';

const tool = { name: 'maker', version: '1.2.3' };
const inventory = await catalogued([
  debian,
  {
    path: 'var/lib/dpkg/status',
    content:
      'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nSource: bash (5.2.15-2)\nVersion: 5.2.15-2+b13\n',
  },
]);
const [bash] = inventory.packages;
if (bash === undefined || inventory.subject.kind !== 'image') throw new Error('no package');
const { subject } = inventory;
const nameless = { ...bash, version: '' };
const written = (format: (typeof sbomFormats)[number], found = bash) =>
  renderSbom({ ...inventory, packages: [found] }, format, tool, new Date(0));

describe('a version nobody gave', () => {
  it.each(sbomFormats)('is UNKNOWN in %s, as matchers take it, and read back as none', (format) => {
    const bytes = written(format, nameless);
    expect(Buffer.from(bytes).toString()).toMatch(/"version(?:Info)?": ?"UNKNOWN"/);
    expect(sbomFaults(format, bytes)).toEqual([]);
    expect(openGivenSbom(bytes, 'a').inventory(subject).packages[0]?.version).toBe('');
    const read = readSbom(JSON.parse(Buffer.from(bytes).toString()));
    expect(read?.components.map(({ version }) => version)).toContain('');
  });
});

it('CycloneDX tells the version of a source of the same name in the properties that are read', () => {
  const properties = (found = bash): readonly unknown[] =>
    JSON.parse(Buffer.from(written('cyclonedx', found)).toString()).components.at(-1).properties;
  expect(properties()).toContainEqual({ name: 'syft:metadata:sourceVersion', value: '5.2.15-2' });
  const same = { ...bash, version: '5.2.15-2' };
  expect(JSON.stringify(properties(same))).not.toContain('syft:');
});
