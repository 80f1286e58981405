import { describe, expect, it } from 'vitest';
import { judgeLicences, meansLicence } from './judge-licences.ts';

const judged = (
  claims: readonly string[],
  rules: { readonly forbid?: readonly string[]; readonly allow?: readonly string[] },
) => judgeLicences(claims, { forbid: [], unknown: 'undecided', ...rules });

describe('whether software may be used under its licences', () => {
  const forbid = ['AGPL-*', 'GPL-3.0-*'];
  it.each([
    [['MIT'], 'allowed'],
    [['AGPL-3.0-only'], 'forbidden'],
    [['AGPL-3.0'], 'forbidden'],
    [['agpl-3.0-or-later'], 'forbidden'],
    [['GPL-3.0'], 'forbidden'],
    [['GPL-3.0+'], 'forbidden'],
    [['GPL-2.0-or-later'], 'allowed'],
    [['LGPL-3.0-only'], 'allowed'],
    [['GPL-3.0-or-later WITH GCC-exception-3.1'], 'forbidden'],
    [['MIT OR AGPL-3.0-only'], 'allowed'],
    [['MIT AND AGPL-3.0-only'], 'forbidden'],
    [['MIT', 'AGPL-3.0-only'], 'forbidden'],
    [['AGPL-3.0-only OR GPL-3.0-only'], 'forbidden'],
    [['(MIT OR AGPL-3.0-only) AND (ISC OR GPL-3.0-only)'], 'allowed'],
    [['(MIT OR AGPL-3.0-only) AND (AGPL-3.0-only OR GPL-3.0-only)'], 'forbidden'],
    [['LicenseRef-ours'], 'unknown'],
    [['LicenseRef-ours OR MIT'], 'allowed'],
    [['LicenseRef-ours OR AGPL-3.0-only'], 'unknown'],
    [['LicenseRef-ours AND AGPL-3.0-only'], 'forbidden'],
    [['Apache License 2.0'], 'allowed'],
    [['see the file LICENSE'], 'unknown'],
    [[], 'unknown'],
  ])('%j where some are forbidden: %s', (claims, expected) => {
    expect(judged(claims, { forbid })).toBe(expected);
  });

  it.each([
    [['MIT'], 'allowed'],
    [['ISC'], 'forbidden'],
    [['ISC OR MIT'], 'allowed'],
    [['Apache-2.0 WITH LLVM-exception'], 'allowed'],
    [['BSD-3-Clause'], 'allowed'],
    [['LicenseRef-ours'], 'unknown'],
    [['LicenseRef-Vendor-1'], 'allowed'],
    [['GPL-2.0-only WITH Classpath-exception-2.0'], 'allowed'],
    [['GPL-2.0-only'], 'forbidden'],
  ])('%j where only some are allowed: %s', (claims, expected) => {
    const allow = [
      ...['MIT', 'Apache-2.0', 'BSD-*', 'LicenseRef-vendor-*'],
      'GPL-2.0-only WITH Classpath-exception-2.0',
    ];
    expect(judged(claims, { allow })).toBe(expected);
  });

  it('forbids before it allows, and words that are no expression by themselves', () => {
    expect(judged(['MIT'], { allow: ['MIT'], forbid: ['M*'] })).toBe('forbidden');
    expect(judged(['Our Terms 1.0'], { forbid: ['our terms*'] })).toBe('forbidden');
  });

  it('follows a chain of any length', () => {
    const chain = Array(400).fill('MIT').join(' AND ');
    expect(judged([chain], { forbid: ['AGPL-*'] })).toBe('allowed');
    expect(judged([`${chain} AND AGPL-3.0-only`], { forbid: ['AGPL-*'] })).toBe('forbidden');
  });

  it.each([
    ['AGPL-*', true],
    ['agpl-3.0', true],
    ['LicenseRef-anything', true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', true],
    ['AGLP-*', false],
    ['Expat', false],
  ])('%s means a licence: %s', (pattern, expected) => {
    expect(meansLicence(pattern)).toBe(expected);
  });
});
