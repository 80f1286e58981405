import { describe, expect, it } from 'vitest';
import { compareVersions } from './compare-versions.ts';

/** Each version is older than the one behind it. */
const rising: readonly (readonly [type: string, ...versions: readonly string[]])[] = [
  ['deb', '1.0~rc1', '1.0', '1.0-1', '1.0-1+b1', '1.0-1+deb12u1', '1.0-2', '1.0a', '1.00.1'],
  ['deb', '1.0+b-1', '1.0-a-1'],
  ['deb', '9', '10', '1:0.1', '2:0', '10:0'],
  ['deb', '2.36-9+deb12u4', '2.36-9+deb12u10', '2.36-10'],
  ['rpm', '1.0~rc1-1', '1.0-1', '1.0^git1-1', '1.0.1-1', '1.1-1', '1.1-1.el9', '1:0-1'],
  ['rpm', '1.0', '1.0.a', '1.0.1', '2'],
  ['apk', '1.0_alpha1', '1.0_rc1', '1.0_rc2', '1.0', '1.0-r1', '1.0_p1', '1.0a', '1.0.1'],
  ['apk', '1.0_alpha', '1.0_beta', '1.0_pre', '1.0_rc', '1.0', '1.0_cvs', '1.0_svn', '1.0_git'],
  ['apk', '1.0_git', '1.0_hg', '1.0_p', '1.0_p2', '1.0_p10'],
  ['apk', '1.0', '02.0', '10.0'],
  ['apk', '1.05-r0', '1.1-r0', '1.9-r0', '1.10-r0'],
  ['npm', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-rc.1', '1.0.0', '1.0.10'],
  ['go-module', 'v0.0.0-20240101000000-abcdefabcdef', 'v0.1.0', 'v0.10.0', 'v1.0.0'],
  ['go-module', 'go1.26', 'go1.26.8', 'go1.27'],
  ['python', '1.0.dev1', '1.0a1.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0+local', '1.0.post1'],
  ['python', '1.9', '1.10', '2!0.1'],
  ['python', '1.0', '1.0.post1.dev1', '1.0.post1', '1.0.post2', '1.0.post10'],
  ['python', '1.0rc1', '1.0rc2', '1.0rc10', '1.0+a', '1.0+a.1', '1.0+2', '1.0+10'],
  ['npm', '1.0.0-alpha.2', '1.0.0-alpha.10', '1.0.0-alpha.-x', '1.0.0'],
];

describe('which of two versions is older', () => {
  it.each(rising)('%s: %s before %s and so on', (type, ...versions) => {
    for (const [at, version] of versions.entries()) {
      expect(compareVersions(type, version, version)).toBe(0);
      for (const later of versions.slice(at + 1)) {
        expect([version, later, Math.sign(compareVersions(type, version, later) ?? 0)]).toEqual([
          version,
          later,
          -1,
        ]);
        expect(compareVersions(type, later, version)).toBeGreaterThan(0);
      }
    }
  });

  it.each([
    ['python', '1.0', '1.0.0'],
    ['python', '1.0-1', '1.0.post1'],
    ['python', '1.0+ABC', '1.0+abc'],
    ['python', 'v1.0c1', '1.0RC1'],
    ['deb', '1.0', '1.00'],
    ['deb', '0:1', '1'],
    ['rpm', '1.0-1', '1.0'],
    ['rpm', '1_0-1', '1.0-1'],
    ['npm', '1.2.3+a', 'v1.2.3+b'],
    ['apk', '1.2.3-r0', '1.2.3'],
    ['apk', '1.2~abcdef-r0', '1.2-r0'],
  ])('%s: %s and %s are one', (type, a, b) => {
    expect(compareVersions(type, a, b)).toBe(0);
    expect(compareVersions(type, b, a)).toBe(0);
  });

  it.each([
    ['npm', 'latest', '1.0.0'],
    ['python', '1.0', 'one'],
    ['apk', '1.0', '1.0_other1'],
    ['deb', '', '1'],
    ['java-archive', '1', '2'],
  ])('%s: of %s and %s nobody can tell', (type, a, b) => {
    expect(compareVersions(type, a, b)).toBeUndefined();
  });
});
