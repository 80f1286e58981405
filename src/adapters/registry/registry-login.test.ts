import { afterEach, describe, expect, it } from 'vitest';
import {
  configFor,
  connect,
  endRegistries,
  get,
  type Handler,
  login,
  manifest,
  ok,
  send,
  serve,
} from '../../../test/support/scripted-registry.ts';
import { digestOf } from '../../oci/digest.ts';

afterEach(endRegistries);

describe('logging in', () => {
  const tokenServer =
    (accepted: string): Handler =>
    (request, response, url) => {
      const { authorization } = request.headers;
      if (url.pathname === '/token') {
        expect(url.searchParams.getAll('scope')).toEqual(['repository:team/app:pull']);
        expect(url.searchParams.get('service')).toBe('registry, of sorts');
        send(
          response,
          200,
          {},
          JSON.stringify({ token: authorization === undefined ? 'anonymous' : 'personal' }),
        );
      } else if (authorization === `Bearer ${accepted}`) ok(response);
      else {
        const realm = `http://${request.headers.host}/token`;
        send(response, 401, {
          'www-authenticate': `Bearer realm="${realm}",service="registry, of sorts",scope="repository:team/app:pull"`,
        });
      }
    };

  it('gets an anonymous token and keeps it', async () => {
    let asked = 0;
    const inner = tokenServer('anonymous');
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token') asked += 1;
      inner(request, response, url);
    });
    const client = connect(host);
    expect((await get(client, host)).digest).toBe(digestOf(manifest));
    await get(client, host);
    expect(asked).toBe(1);
  });
  it('gets a personal token with the stored login', async () => {
    const host = await serve(tokenServer('personal'));
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    const client = connect(host, { dockerConfigPath: await configFor(login(host)) });
    expect((await get(client, host)).bytes).toEqual(manifest);
  });
  it('gives up when the token is refused', async () => {
    const host = await serve(tokenServer('another'));
    const client = connect(host);
    await expect(get(client, host)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(client.waits).toEqual([]);
  });
  it('logs in once for a question: whoever refuses a fresh token is not asked again', async () => {
    let asked = 0;
    const inner = tokenServer('another');
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token') asked += 1;
      inner(request, response, url);
    });
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(asked).toBe(1);
  });
  it('does not carry a login to where its address redirects', async () => {
    const stolen: string[] = [];
    const thief = await serve((request, response) => {
      request.on('data', (part: Buffer) => stolen.push(part.toString()));
      request.on('end', () => send(response, 200, {}, JSON.stringify({ token: 't' })));
    });
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token') send(response, 307, { location: `http://${thief}/token` });
      else
        send(response, 401, {
          'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
        });
    });
    const dockerConfigPath = await configFor({
      auths: { [host]: { identitytoken: 'precious' } },
    });
    await expect(get(connect(host, { dockerConfigPath }), host)).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER',
    });
    expect(stolen).toEqual([]);
  });
  it.each(['with a line\nbreak', 'sp ace', 'ünicode', ''])(
    'takes no token that is none: %j',
    async (token) => {
      const host = await serve((request, response, url) => {
        if (url.pathname === '/token') send(response, 200, {}, JSON.stringify({ token }));
        else
          send(response, 401, {
            'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
          });
      });
      await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
    },
  );
  it('renews a token that has run out', async () => {
    let valid = 1;
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token')
        send(response, 200, {}, JSON.stringify({ access_token: `t${valid}` }));
      else if (request.headers.authorization === `Bearer t${valid}`) ok(response);
      else
        send(response, 401, {
          'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
        });
    });
    const client = connect(host);
    await get(client, host);
    valid = 2;
    expect((await get(client, host)).bytes).toEqual(manifest);
  });
  it.each([
    ['the right password', 'secret', undefined],
    ['a wrong password', 'guess', 'REGISTRY_UNAUTHORIZED'],
    ['no password', undefined, 'REGISTRY_UNAUTHORIZED'],
  ])('sends Basic with %s', async (_name, password, code) => {
    const right = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    const host = await serve((request, response) => {
      if (request.headers.authorization === right) ok(response);
      else send(response, 401, { 'www-authenticate': 'Basic realm="here"' });
    });
    const config =
      password === undefined ? {} : { dockerConfigPath: await configFor(login(host, password)) };
    const answer = get(connect(host, config), host);
    if (code === undefined) expect((await answer).bytes).toEqual(manifest);
    else await expect(answer).rejects.toMatchObject({ code });
  });
  it.each([
    ['a login of another kind', 'Negotiate'],
    ['a token address of another scheme', 'Bearer realm="ftp://127.0.0.1/token"'],
    ['a token address that is none', 'Bearer realm="token"'],
  ])('refuses %s', async (_name, challenge) => {
    const host = await serve((_request, response) =>
      send(response, 401, { 'www-authenticate': challenge }),
    );
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
  });
  it('asks a credential helper where one is configured', async () => {
    const host = await serve(tokenServer('personal'));
    const asked: string[] = [];
    const client = connect(host, {
      dockerConfigPath: await configFor({ credHelpers: { [host]: 'vault' } }),
      credentialHelper: async (name, server) => {
        asked.push(`${name} ${server}`);
        return JSON.stringify({ ServerURL: server, Username: 'me', Secret: 'secret' });
      },
    });
    await get(client, host);
    expect(asked).toEqual([`vault ${host}`]);
  });
  it.each(['Basic realm="here"', 'token'])(
    'names the flags where a login of theirs is not accepted, by %s',
    async (how) => {
      const host = await serve((request, response, url) => {
        const realm = `Bearer realm="http://${request.headers.host}/token"`;
        const challenge = how === 'token' ? realm : how;
        if (url.pathname === '/token') send(response, 401);
        else send(response, 401, { 'www-authenticate': challenge });
      });
      const given = { host, username: 'me', password: 'guess' };
      await expect(get(connect(host, { login: given }), host)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
        suggestions: expect.arrayContaining([expect.stringContaining('--password-stdin')]),
      });
    },
  );
  it.each([
    ['is not installed', { code: 'ENOENT' }, /vault, which .* is not installed/, /^Install it/],
    ['hangs', { killed: true, code: null }, /within 30 s \(time-out\)/, /unlock/],
    ['fails', { code: 1 }, /gave no credentials/, /to see why/],
  ])('tells of a credential helper that %s', async (_what, more, message, next) => {
    const host = await serve(tokenServer('personal'));
    const client = connect(host, {
      dockerConfigPath: await configFor({ credHelpers: { [host]: 'vault' } }),
      credentialHelper: () => Promise.reject(Object.assign(new Error('Command failed'), more)),
    });
    await expect(get(client, host)).rejects.toMatchObject({
      code: 'REGISTRY_CREDENTIALS',
      message: expect.stringMatching(message),
      suggestions: [expect.stringMatching(next)],
    });
  });
  it.each([
    ['is no JSON', () => '{'],
    ['holds an entry without a user', (host: string) => ({ auths: { [host]: { auth: 'AAAA' } } })],
    ['names a helper with a path', () => ({ credsStore: '../evil' })],
    ['names a helper that is not there', () => ({ credsStore: 'cowa-none-such' })],
  ])('says so when the Docker configuration %s', async (_name, config) => {
    const host = await serve(tokenServer('personal'));
    const client = connect(host, { dockerConfigPath: await configFor(config(host)) });
    await expect(get(client, host)).rejects.toMatchObject({ code: 'REGISTRY_CREDENTIALS' });
  });
  it('tells apart a real helper that is not there', async () => {
    const host = await serve(tokenServer('personal'));
    const dockerConfigPath = await configFor({ credsStore: 'cowa-none-such' });
    await expect(get(connect(host, { dockerConfigPath }), host)).rejects.toThrow('not installed');
  });
});
