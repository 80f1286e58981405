import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { headers } from './headers.ts';

const size = aPackage().facts().packages[0]?.files.get('zarf.yaml')?.size;
const sizeOfDefinition: PackageOp = {
  op: 'pax',
  name: 'zarf.yaml',
  records: [['size', String(size)]],
};

describe('container/headers', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['headers that say one thing', [], ['pass']],
    [
      'a PAX size where the header says none',
      [{ op: 'header-size', name: 'zarf.yaml', value: 0 }, sizeOfDefinition],
      ['pass'],
    ],
    [
      'a PAX size that hides an entry',
      [
        {
          op: 'hide-entry-in-data',
          name: 'zarf.yaml',
          entry: { op: '', name: 'zarf.yaml', text: 'x' },
        },
      ],
      ['fail error TAR_PAX_CONFLICT'],
    ],
    [
      'a PAX record of two sizes',
      [
        {
          op: 'pax',
          name: 'zarf.yaml',
          records: [
            ['size', '1'],
            ['size', '2'],
          ],
        },
      ],
      ['fail error TAR_PAX_INVALID'],
    ],
    [
      'a PAX size that is no number',
      [{ op: 'pax', name: 'zarf.yaml', records: [['size', '1e3']] }],
      ['fail error TAR_PAX_INVALID'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(headers, ops)).toEqual(expected);
  });
});
