import { describe, expect, it } from 'vitest';
import { registryAccess } from './registry-flags.ts';

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
