import { describe, expect, it } from 'vitest';
import { loginHost, registryAccess } from './registry-flags.ts';

const flags = { 'plain-http': false, username: 'me', 'password-stdin': true };

async function* input(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

describe('registryAccess', () => {
  it('reads the password of a pipe, without its line end', async () => {
    const { login } = await registryAccess(flags, input('gehe', 'im \r\n'));
    expect(login).toEqual({ username: 'me', password: 'geheim ' });
  });

  it.each([
    ['nothing', input()],
    ['a line end alone', input('\n')],
    ['a terminal', Object.assign(input('typed'), { isTTY: true })],
    ['far too much', input('x'.repeat(70_000))],
  ])('refuses %s as a password', async (_, stdin) => {
    await expect(registryAccess(flags, stdin)).rejects.toMatchObject({
      code: 'REGISTRY_PASSWORD',
      exitCode: 4,
    });
  });
});

describe('loginHost', () => {
  it.each([
    [{ hosts: ['a.example'] }, 'a.example'],
    [{ hosts: ['a.example', 'b.example'], overrides: { 'a.example': 'b.example' } }, 'b.example'],
  ])('is the one host that may be contacted: %j', (source, host) => {
    expect(loginHost([{ type: 'registry', ...source }])).toBe(host);
  });

  it.each([[[]], [['*']], [['a.example', 'b.example']]])('refuses %j', (hosts) => {
    const sources = [{ type: 'registry', hosts }] as const;
    expect(() => loginHost(sources)).toThrow(/a login for one registry/);
  });
});
