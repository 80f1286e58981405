import { describe, expect, it } from 'vitest';
import { digestOf, hexOf } from '../oci/digest.ts';
import { type MemberFiles, requirePackageFiles } from './require-package-files.ts';

const contents = { 'components/a.tar': 'a tar', 'images/index.json': '{}' };
const sumsOf = (files: Readonly<Record<string, string>>): string =>
  `${Object.entries(files)
    .map(([path, text]) => `${hexOf(digestOf(text))} ${path}`)
    .sort()
    .join('\n')}\n`;

function definitionFor(checksums: string, extra = ''): string {
  return `kind: ZarfPackageConfig
metadata:
  name: other
  version: 1.0.0
  aggregateChecksum: ${hexOf(digestOf(checksums))}
build:
  architecture: amd64
  timestamp: Thu, 01 Jan 2026 00:00:00 +0000
  version: v0.84.0
${extra}components:
- name: a
`;
}

interface Case {
  readonly checksums?: string | undefined;
  readonly definition?: string | undefined;
  readonly files?: Readonly<Record<string, string>>;
}

function member(change: Case): MemberFiles {
  const sums = 'checksums' in change ? change.checksums : sumsOf(contents);
  const definition = 'definition' in change ? change.definition : definitionFor(sums ?? '');
  const files: Record<string, string> = { ...contents, ...change.files };
  if (sums !== undefined) files['checksums.txt'] = sums;
  if (definition !== undefined) files['zarf.yaml'] = definition;
  return {
    subject: 'other.tar.zst',
    files: Object.entries(files).map(([path, text]) => ({ path, digest: digestOf(text) })),
    definition: definition === undefined ? undefined : Buffer.from(definition),
    checksums: sums === undefined ? undefined : Buffer.from(sums),
  };
}

const twice = `${sumsOf(contents)}${sumsOf({ 'images/index.json': '{}' })}`;
const own = `${sumsOf(contents)}${hexOf(digestOf('x'))} zarf.yaml\n`;

describe('requirePackageFiles', () => {
  it('reads the definition of a package whose files all fit', () => {
    expect(requirePackageFiles(member({})).metadata.name).toBe('other');
  });

  it('lets signatures and empty lines be', () => {
    const checksums = `\n${sumsOf(contents)}\n`;
    const files = { 'zarf.bundle.sig': 's', 'zarf.yaml.sig': 's' };
    expect(requirePackageFiles(member({ checksums, files })).metadata.version).toBe('1.0.0');
  });

  it('takes a package without any file to list', () => {
    const { files, ...rest } = member({ checksums: '\n' });
    const metadata = files.filter(({ path }) => !(path in contents));
    expect(requirePackageFiles({ ...rest, files: metadata }).components).toHaveLength(1);
  });

  it.each<[string, string, Case]>([
    ['without definition', 'MEMBER_DEFINITION_INVALID', { definition: undefined }],
    ['with a definition that is no YAML', 'MEMBER_DEFINITION_INVALID', { definition: 'a: [' }],
    [
      'with a definition newer than we know',
      'MEMBER_DEFINITION_INVALID',
      { definition: `${definitionFor(sumsOf(contents))}---\napiVersion: zarf.dev/v9\n` },
    ],
    ['without checksums', 'MEMBER_CHECKSUMS_INVALID', { checksums: undefined }],
    [
      'whose definition names other checksums',
      'MEMBER_CHECKSUMS_INVALID',
      { definition: definitionFor('other') },
    ],
    [
      'whose definition names no checksums',
      'MEMBER_CHECKSUMS_INVALID',
      { definition: definitionFor('').replace(/ {2}aggregateChecksum.*\n/, '') },
    ],
    [
      'with two spaces in a line',
      'MEMBER_CHECKSUMS_INVALID',
      { checksums: sumsOf(contents).replace(' ', '  ') },
    ],
    ['with a file listed twice', 'MEMBER_CHECKSUMS_INVALID', { checksums: twice }],
    ['that lists its own definition', 'MEMBER_CHECKSUMS_INVALID', { checksums: own }],
    [
      'without a file it lists',
      'MEMBER_FILE_MISSING',
      { checksums: sumsOf({ ...contents, 'sboms.tar': 'gone' }) },
    ],
    ['with an altered file', 'MEMBER_FILE_MISMATCH', { files: { 'images/index.json': '{ }' } }],
    ['with a file nobody lists', 'MEMBER_FILE_UNLISTED', { files: { 'extra.sh': 'rm' } }],
    [
      'with a file that only provenanceFiles exempts',
      'MEMBER_FILE_UNLISTED',
      {
        files: { 'extra.sh': 'rm', 'zarf.bundle.sig': 's' },
        definition: definitionFor(
          sumsOf(contents),
          '  signed: true\n  provenanceFiles:\n  - extra.sh\n',
        ),
      },
    ],
  ])('refuses a package %s: %s', (_name, code, change) => {
    expect(() => requirePackageFiles(member(change))).toThrow(expect.objectContaining({ code }));
  });
});
