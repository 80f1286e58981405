import { describe, expect, it } from 'vitest';
import { isForbidden } from './judge-package.ts';

const openssl = { name: 'openssl', type: 'deb', version: '3.0.11-1~deb12u2' };
const reason = 'a reason';

describe('whether a rule speaks of a package', () => {
  it.each([
    ['its name', { name: 'openssl' }, true],
    ['a pattern', { name: 'open*' }, true],
    ['another name', { name: 'openssl-dev' }, false],
    ['its kind', { name: 'openssl', type: 'deb' }, true],
    ['another kind', { name: 'openssl', type: 'rpm' }, false],
    ['a later version', { name: 'openssl', below: '3.0.12-1' }, true],
    ['the very version', { name: 'openssl', below: '3.0.11-1~deb12u2' }, false],
    ['an earlier version', { name: 'openssl', below: '3.0.11-1~deb12u1' }, false],
    ['its version', { name: 'openssl', versions: ['1.*', '3.0.11-*'] }, true],
    ['other versions', { name: 'openssl', versions: ['1.*'] }, false],
    ['versions or a later one', { name: 'openssl', versions: ['1.*'], below: '4' }, true],
  ])('%s', (_name, rule, expected) => {
    expect(isForbidden(openssl, { ...rule, reason })).toBe(expected);
  });

  it.each([
    ['deb', '1:1.2.13-1', ['1.2.*'], true],
    ['rpm', '2:1.2-3', ['1.2-3'], true],
    ['deb', '1:1.2.13-1', ['1:1.2.13-1'], true],
    ['deb', '1:1.2.13-1', ['2:*', '13*'], false],
    ['npm', '1:1.2.13', ['1.2.13'], false],
  ])('an epoch may be left out of a version: %s %s, %j', (type, version, versions, expected) => {
    const found = { name: 'zlib1g', type, version };
    expect(isForbidden(found, { name: 'zlib1g', versions, reason })).toBe(expected);
  });

  it('cannot tell where versions cannot be compared, or there is none', () => {
    const jar = { name: 'log4j-core', type: 'java-archive', version: '2.14.0' };
    expect(isForbidden(jar, { name: 'log4j-core', below: '2.17.1', reason })).toBeUndefined();
    expect(isForbidden(jar, { name: 'log4j-core', versions: ['2.14.0'], below: '9', reason })).toBe(
      true,
    );
    expect(
      isForbidden({ ...jar, version: '' }, { name: 'log4j-core', versions: ['1'], reason }),
    ).toBeUndefined();
  });
});
