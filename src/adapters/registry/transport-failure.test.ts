import { describe, expect, it } from 'vitest';
import { unauthorized } from './registry-auth.ts';
import { RegistryError } from './registry-error.ts';
import { isPassing, StallError, transportFailure } from './transport-failure.ts';

const url = new URL('https://registry.example:5000/v2/');
const failed = (code: string): RegistryError => {
  const told = transportFailure(url, Object.assign(new Error('failed'), { code }));
  if (!(told instanceof RegistryError)) throw new Error('not told');
  return told;
};

describe('a connection that fails', () => {
  it.each([
    ['ENOTFOUND', 'REGISTRY_NAME', /spelling of registry\.example;/, false],
    ['EAI_AGAIN', 'REGISTRY_NAME', /name service/, true],
    ['ECONNREFUSED', 'REGISTRY_UNREACHABLE', /registry\.example:5000 runs/, false],
    ['ECONNRESET', 'REGISTRY_UNREACHABLE', /run the same command again/, true],
    ['ETIMEDOUT', 'REGISTRY_TIMEOUT', /proxy is needed/, true],
    ['CERT_HAS_EXPIRED', 'REGISTRY_TLS', /clock of this machine/, false],
    ['CERT_NOT_YET_VALID', 'REGISTRY_TLS', /clock of this machine/, false],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'REGISTRY_TLS', /--ca-file/, false],
    ['EPROTO', 'REGISTRY_PLAIN_HTTP_REFUSED', /plainHttp/, false],
    ['HPE_INVALID_CONSTANT', 'REGISTRY_ANSWER', /another program listens/, false],
  ])('%s is %s', (code, expected, next, passing) => {
    const told = failed(code);
    expect(told).toMatchObject({
      code: expected,
      suggestions: [expect.stringMatching(next)],
      message: expect.stringContaining('registry.example'),
    });
    expect(isPassing(told)).toBe(passing);
  });
  it('a silent server is a time-out', () => {
    const told = transportFailure(url, new StallError(500));
    expect(told).toMatchObject({ code: 'REGISTRY_TIMEOUT' });
    expect(isPassing(told)).toBe(true);
  });
});

describe('a fresh login that is refused', () => {
  const now = new Date('2026-01-01T12:00:00Z');
  it.each([
    ['ahead of', 'Thu, 01 Jan 2026 14:00:00 GMT', /its clock is 120 min ahead of/],
    ['behind', 'Thu, 01 Jan 2026 11:50:00 GMT', /its clock is 10 min behind/],
    ['as good as', 'Thu, 01 Jan 2026 12:00:30 GMT', /does not accept the login/],
  ])('by a registry whose clock is %s ours', (_name, date, message) => {
    const answer = { headers: { date } };
    expect(unauthorized('here', 'team/app', { hadCredentials: true, answer, now })).toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringMatching(message),
    });
  });
});
