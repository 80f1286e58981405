import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import type { EntryType, SurveyedEntry } from '../../archive/survey.ts';
import { runChecks } from '../run-checks.ts';
import { entryTypes } from './entry-types.ts';

describe('container/entry-types', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['files', [], ['pass']],
    ['a folder', [{ op: 'append-entry', name: 'd', text: '', type: 'directory' }], ['pass']],
    [
      'a symbolic link',
      [{ op: 'append-entry', name: 's', text: '', type: 'symlink', link: 'zarf.yaml' }],
      ['fail error TAR_ENTRY_TYPE'],
    ],
    [
      'a hard link',
      [{ op: 'append-entry', name: 's', text: '', type: 'hardlink', link: 'zarf.yaml' }],
      ['fail error TAR_ENTRY_TYPE'],
    ],
    [
      'a pipe',
      [{ op: 'append-entry', name: 's', text: '', type: 'fifo' }],
      ['fail error TAR_ENTRY_TYPE'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(entryTypes, ops)).toEqual(expected);
  });
});

describe('container/entry-types in bundles', () => {
  const blob = 'a'.repeat(64);
  const link = (linkTarget: string): SurveyedEntry => ({
    ...entry(`oci/blobs/sha256/${blob}`, 'hardlink'),
    linkTarget,
  });
  it('tells a link behind so many allowed ones that its problem was not kept', () => {
    const shared = entry(`blobs/sha256/${blob}`, 'file');
    const facts = {
      ...aPackage().facts(),
      identity: { format: 'uds-hybrid', fileName: 'a.tar.zst' },
      entries: [shared, link(shared.path), entry('evil', 'symlink')],
    } as const;
    expect(inShort(runChecks([entryTypes], facts))).toEqual(['fail error TAR_ENTRY_TYPE']);
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
