/** Names of licences outside SPDX that mean one licence of its list, by lower-case name. */
export const licenceNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...gnu('gpl', 'GPL', ['1', '2', '3']),
    ...gnu('lgpl', 'LGPL', ['2', '2.1', '3']),
    ...gnu('agpl', 'AGPL', ['3']),
    ...gnu('gfdl', 'GFDL', ['1.1', '1.2', '1.3']),
    'gfdl-niv-1.3': 'GFDL-1.3-no-invariants-only',
    'gfdl-niv-1.3+': 'GFDL-1.3-no-invariants-or-later',
    'apache license 2.0': 'Apache-2.0',
    'apache license, version 2.0': 'Apache-2.0',
    'apache license version 2.0': 'Apache-2.0',
    'apache software license 2.0': 'Apache-2.0',
    'apache 2.0': 'Apache-2.0',
    'apache 2.0 license': 'Apache-2.0',
    'apache 2': 'Apache-2.0',
    'apache-2': 'Apache-2.0',
    apache2: 'Apache-2.0',
    'apache v2': 'Apache-2.0',
    'asl 2.0': 'Apache-2.0',
    artistic: 'Artistic-1.0-Perl',
    'artistic-2': 'Artistic-2.0',
    'artistic 2.0': 'Artistic-2.0',
    beerware: 'Beerware',
    boost: 'BSL-1.0',
    'bsd-2': 'BSD-2-Clause',
    'bsd-2-clause': 'BSD-2-Clause',
    'bsd 2-clause': 'BSD-2-Clause',
    'bsd-3': 'BSD-3-Clause',
    'bsd-3-clauses': 'BSD-3-Clause',
    'bsd-3-clause license': 'BSD-3-Clause',
    'bsd 3-clause': 'BSD-3-Clause',
    'bsd 3-clause license': 'BSD-3-Clause',
    '3-clause bsd license': 'BSD-3-Clause',
    '3-clause bsd': 'BSD-3-Clause',
    'new bsd': 'BSD-3-Clause',
    'new bsd license': 'BSD-3-Clause',
    'modified bsd license': 'BSD-3-Clause',
    'bsd-4': 'BSD-4-Clause',
    cc0: 'CC0-1.0',
    'cc-by-4': 'CC-BY-4.0',
    curl: 'curl',
    expat: 'MIT',
    ftl: 'FTL',
    hpnd: 'HPND',
    'isc license': 'ISC',
    'isc license (iscl)': 'ISC',
    'mit/x11': 'MIT',
    'mit license': 'MIT',
    'the mit license': 'MIT',
    'the mit license (mit)': 'MIT',
    'mit licence': 'MIT',
    'mpl 2.0': 'MPL-2.0',
    'mpl-1': 'MPL-1.0',
    'mpl-2': 'MPL-2.0',
    'mplv2.0': 'MPL-2.0',
    'mozilla public license 2.0 (mpl 2.0)': 'MPL-2.0',
    'ofl-1.1': 'OFL-1.1',
    openssl: 'OpenSSL',
    psf: 'PSF-2.0',
    'psf license': 'PSF-2.0',
    psfl: 'PSF-2.0',
    'python software foundation license': 'PSF-2.0',
    python: 'Python-2.0',
    'sil-1.1': 'OFL-1.1',
    unlicense: 'Unlicense',
    'the unlicense (unlicense)': 'Unlicense',
    vim: 'Vim',
    w3c: 'W3C',
    'wtfpl-2': 'WTFPL',
    x11: 'X11',
    'zlib/libpng': 'Zlib',
    zlib: 'Zlib',
    'zope public license': 'ZPL-2.1',
    'zpl 2.1': 'ZPL-2.1',
  }),
);

/** `GPL-2`, `GPL-2+`, `GPLv2`, `GPLv2+`, `GPL 2.0`, each of which people write. */
function gnu(
  lower: string,
  id: string,
  versions: readonly string[],
): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const version of versions) {
    const full = version.includes('.') ? version : `${version}.0`;
    for (const number of new Set([version, full])) {
      for (const join of ['-', 'v', ' ', ' v', '-v']) {
        names[`${lower}${join}${number}`] = `${id}-${full}-only`;
        names[`${lower}${join}${number}+`] = `${id}-${full}-or-later`;
        names[`${lower}${join}${number}-only`] = `${id}-${full}-only`;
        names[`${lower}${join}${number}-or-later`] = `${id}-${full}-or-later`;
      }
      names[`gnu ${lower} v${number}`] = `${id}-${full}-only`;
    }
  }
  return names;
}
