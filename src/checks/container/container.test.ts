import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import type { ArchiveErrorCode } from '../../archive/archive-error.ts';
import type { EntryType, SurveyedEntry } from '../../archive/survey.ts';
import { catalog } from '../catalog.gen.ts';
import { spokenBy } from '../container-problems.ts';
import { runChecks } from '../run-checks.ts';
import { entryTypes } from './entry-types.ts';
import { format } from './format.ts';
import { frames } from './frames.ts';
import { seekTable } from './seek-table.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a literal record
const codes = Object.keys(spokenBy) as ArchiveErrorCode[];
const container = catalog.filter((check) => check.id.startsWith('container/'));
const withProblem = (code: ArchiveErrorCode, fatal: boolean) =>
  aPackage()
    .container({ problems: [{ code, message: 'said by the reader', fatal }] })
    .facts();

describe('problems of the container', () => {
  it.each(codes)('%s fails exactly one check, the one named for it', (code) => {
    const fails = runChecks(catalog, withProblem(code, false)).filter(
      (each) => each.outcome === 'fail',
    );
    expect(fails.map((each) => [each.id, each.code, each.severity])).toEqual([
      [spokenBy[code], code, 'error'],
    ]);
  });

  it.each(codes)(
    '%s that ended the reading leaves every other check of the container undecided',
    (code) => {
      const findings = runChecks(container, withProblem(code, true)).filter(
        (each) => each.id !== 'container/format',
      );
      expect(findings.filter((each) => each.outcome === 'pass')).toEqual([]);
      expect(findings.filter((each) => each.outcome === 'fail').map((each) => each.id)).toEqual([
        spokenBy[code],
      ]);
    },
  );

  it('names every check that is there', () => {
    const spoken = new Set<string>(Object.values(spokenBy));
    expect(container.map((check) => check.id).filter((id) => id !== 'container/format')).toEqual(
      [...spoken].sort(),
    );
  });

  it('passes every check of a sound package', () => {
    const findings = runChecks(container, aPackage().facts());
    expect(
      findings.filter((each) => each.outcome !== 'pass').map((each) => [each.id, each.outcome]),
    ).toEqual([['container/seek-table', 'not-applicable']]);
  });

  it('tells the entry and the place', () => {
    const facts = aPackage()
      .container({
        problems: [
          {
            code: 'ZSTD_CHECKSUM',
            message: 'a frame is wrong',
            offset: 77,
            entry: 'a/b',
            fatal: false,
          },
        ],
      })
      .facts();
    expect(runChecks([frames], facts)[0]).toMatchObject({
      subject: { kind: 'entry', name: 'a/b' },
      message: 'a frame is wrong (near byte 77 of the file)',
    });
  });
});

describe('container/seek-table', () => {
  it.each([
    ['agrees', aPackage().container({ seekTable: 'agrees' }), ['pass']],
    ['is absent', aPackage(), ['not-applicable']],
    ['was not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(seekTable)).toEqual(expected);
  });
});

describe('container/format', () => {
  it.each([
    ['a package', aPackage(), ['pass']],
    ['a package whose definition is gone', aPackage().tampered('zarf.yaml', undefined), ['pass']],
    [
      'a package and a bundle at once',
      aPackage().with('index.json', '{}'),
      ['fail error FORMAT_AMBIGUOUS'],
    ],
    ['an archive of which nothing was seen', aPackage().cutBefore(), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(format)).toEqual(expected);
  });

  it.each([
    [
      'a package in a folder',
      ['pkg/zarf.yaml', 'pkg/checksums.txt'],
      '"pkg/zarf.yaml" lies inside a folder, it belongs at the root',
    ],
    ['something else', ['readme.txt'], 'neither zarf.yaml nor index.json among 1 entries'],
    ['nothing', [], 'it has no entries'],
  ])('%s', (_name, paths, reason) => {
    const facts = {
      ...aPackage().facts(),
      identity: { format: 'unknown', fileName: 'a.tar' } as const,
      entries: paths.map((path) => entry(path, 'file')),
    };
    expect(runChecks([format], facts)).toMatchObject([
      {
        code: 'FORMAT_UNKNOWN',
        message: `it is neither a Zarf package nor a UDS bundle: ${reason}`,
      },
    ]);
  });
});

describe('container/entry-types', () => {
  const blob = 'a'.repeat(64);
  const link = (linkTarget: string): SurveyedEntry => ({
    ...entry(`oci/blobs/sha256/${blob}`, 'hardlink'),
    linkTarget,
  });
  it.each([
    [
      'shared blobs of a hybrid',
      'uds-hybrid',
      [entry(`blobs/sha256/${blob}`, 'file'), link(`blobs/sha256/${blob}`)],
      ['pass'],
    ],
    [
      'a link that stands before its file',
      'uds-hybrid',
      [link(`blobs/sha256/${blob}`), entry(`blobs/sha256/${blob}`, 'file')],
      ['fail error TAR_ENTRY_TYPE'],
    ],
    [
      'a link out of the archive',
      'uds-hybrid',
      [link('../outside')],
      ['fail error TAR_ENTRY_TYPE'],
    ],
    [
      'the same link in a legacy bundle',
      'uds-legacy',
      [entry(`blobs/sha256/${blob}`, 'file'), link(`blobs/sha256/${blob}`)],
      ['fail error TAR_ENTRY_TYPE'],
    ],
  ] as const)('%s', (_name, archiveFormat, entries, expected) => {
    const problem = {
      code: 'TAR_ENTRY_TYPE',
      message: 'it is a hardlink',
      entry: `oci/blobs/sha256/${blob}`,
      fatal: false,
    } as const;
    const facts = aPackage()
      .container({ problems: [problem] })
      .facts();
    expect(
      inShort(
        runChecks([entryTypes], {
          ...facts,
          identity: { format: archiveFormat, fileName: 'a.tar.zst' },
          entries,
        }),
      ),
    ).toEqual(expected);
  });
});

function entry(path: string, type: EntryType): SurveyedEntry {
  return { name: path, path, type, mode: 0o644, size: 0 };
}
