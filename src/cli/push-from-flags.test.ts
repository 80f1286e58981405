import { describe, expect, it } from 'vitest';
import { pushFromFlags } from './push-from-flags.ts';

describe('pushFromFlags', () => {
  it('gives one login to one registry only', async () => {
    const pushing = pushFromFlags(
      {
        to: ['a.example', 'b.example'],
        localRegistry: undefined,
        replace: false,
        access: { plainHttp: false, files: {}, login: { username: 'me', password: 'geheim' } },
        from: { location: 'nowhere', images: [], architecture: 'amd64', cacheDir: 'nowhere' },
      },
      { signal: new AbortController().signal },
    );
    await expect(pushing).rejects.toMatchObject({ code: 'PUSH_LOGIN_AMBIGUOUS', exitCode: 2 });
  });
});
