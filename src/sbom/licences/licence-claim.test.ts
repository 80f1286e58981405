import { describe, expect, it } from 'vitest';
import { debianLicences } from './debian-copyright.ts';
import { combined, isExpression, licenceClaims, spdxExpression } from './licence-claim.ts';

describe('licences in SPDX', () => {
  it.each([
    ['MIT', 'MIT'],
    ['mit', 'MIT'],
    ['Expat', 'MIT'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPL-2', 'GPL-2.0-only'],
    ['GPLv2+', 'GPL-2.0-or-later'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later'],
    ['BSD-3-clause', 'BSD-3-Clause'],
    ['Apache 2.0', 'Apache-2.0'],
    ['(MIT OR Apache-2.0)', '(MIT OR Apache-2.0)'],
    ['MIT/Apache-2.0', 'MIT OR Apache-2.0'],
    ['GPLv2+ and MIT', 'GPL-2.0-or-later AND MIT'],
    ['GPL-1+ or Artistic, and Expat', '(GPL-1.0-or-later OR Artistic-1.0-Perl) AND MIT'],
    ['GPL-3+ with GCC exception', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
    ['MIT and Odd', 'MIT AND LicenseRef-Odd'],
    ['Odd', ''],
    ['BSD License', ''],
    ['see the file COPYING for what holds', ''],
    ['', ''],
  ])('%j is %j', (value, expected) => {
    expect(spdxExpression(value)).toBe(expected);
    if (expected !== '') expect(isExpression(expected)).toBe(true);
  });

  it('takes each licence of a package once, and joins them without changing what they say', () => {
    const claims = licenceClaims(['MIT', ' MIT ', 'GPL-2 or BSD-3-clause', 'UNKNOWN', 'Odd (one)']);
    expect(claims.map(({ value }) => value)).toEqual(['MIT', 'GPL-2 or BSD-3-clause', 'Odd (one)']);
    expect(combined(claims)).toBe('MIT AND (GPL-2.0-only OR BSD-3-Clause) AND LicenseRef-Odd-one');
    expect(isExpression(combined(claims) ?? '')).toBe(true);
    expect(combined([])).toBeUndefined();
  });

  it.each([
    {
      name: 'fields of the machine-readable form',
      text: 'Files: *\nLicense: GPL-2+\n text\n\nFiles: b\nLicense: Expat\n\nLicense: GPL-2+\n',
      found: ['GPL-2+', 'Expat'],
    },
    {
      name: 'files that old ones point at',
      text: "see /usr/share/common-licenses/GPL-2, and\n`/usr/share/common-licenses/LGPL-2.1'.",
      found: ['GPL-2', 'LGPL-2.1'],
    },
    {
      name: 'no words where a name belongs',
      text: 'License: Permission is hereby granted, free of charge, to any person\n',
      found: [],
    },
  ])('a Debian copyright file gives $name', ({ text, found }) => {
    expect(debianLicences(text)).toEqual(found);
  });
});
