import { afterEach, describe, expect, it } from 'vitest';
import {
  configFor,
  connect,
  content,
  endRegistries,
  get,
  login,
  manifest,
  ok,
  read,
  send,
  serve,
} from '../../../test/support/scripted-registry.ts';
import type { RegistryClientOptions } from './registry-connection.ts';

afterEach(endRegistries);

describe('redirects and hosts', () => {
  it('sends no credentials to another origin', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      send(response, 200, {}, content);
    });
    const host = await serve((request, response) => {
      if (request.headers.authorization === undefined)
        send(response, 401, { 'www-authenticate': 'Basic' });
      else send(response, 307, { location: `http://${other}/elsewhere` });
    });
    const client = connect(host, { dockerConfigPath: await configFor(login(host)) });
    expect((await read(client, host)).equals(content)).toBe(true);
    expect(seen).toEqual([undefined]);
  });
  it('answers no challenge of another origin', async () => {
    const other = await serve((_request, response) =>
      send(response, 401, { 'www-authenticate': 'Basic' }),
    );
    const host = await serve((_request, response) =>
      send(response, 307, { location: `http://${other}/` }),
    );
    const client = connect(host, { dockerConfigPath: await configFor(login(host)) });
    await expect(read(client, host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
  });
  it.each([
    ['in a circle', '/again', 'REGISTRY_ANSWER'],
    ['to another scheme', 'file:///etc/passwd', 'REGISTRY_ANSWER'],
    ['with credentials', 'http://a:b@127.0.0.1/', 'REGISTRY_ANSWER'],
    ['to plain HTTP elsewhere', 'http://registry.example/', 'REGISTRY_PLAIN_HTTP_REFUSED'],
    ['to nowhere', undefined, 'REGISTRY_ANSWER'],
  ])('refuses a redirect %s', async (_name, location, code) => {
    const host = await serve((_request, response) =>
      send(response, 302, location === undefined ? {} : { location }),
    );
    await expect(get(connect(host), host)).rejects.toMatchObject({ code });
  });
  it('follows five redirects, and no sixth', async () => {
    const paths: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      paths.push(request.url);
      send(response, 302, { location: `/${paths.length}` });
    });
    const client = connect(host, { overrides: { [host]: `http://${host}` } });
    await expect(get(client, host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
    expect(paths.slice(1)).toEqual(['/1', '/2', '/3', '/4', '/5']);
  });
  it('refuses a redirect from elsewhere to this machine', async () => {
    const host = await serve((_request, response) =>
      send(response, 302, { location: 'http://127.0.0.1:1/' }),
    );
    const name = `registry.example:${host.split(':')[1]}`;
    const client = connect(name, { plainHttp: [name], lookup: toLoopback });
    await expect(get(client, name)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
  });
  it('refuses plain HTTP for a name that is not loopback, unless it is listed', async () => {
    const host = await serve((_request, response) => ok(response));
    const name = `registry.example:${host.split(':')[1]}`;
    await expect(get(connect(name, { lookup: toLoopback }), name)).rejects.toMatchObject({
      code: 'REGISTRY_PLAIN_HTTP_REFUSED',
    });
    const listed = connect(name, { lookup: toLoopback, plainHttp: [name] });
    expect((await get(listed, name)).bytes).toEqual(manifest);
  });
  it('contacts no host that is not listed', async () => {
    await expect(get(connect('ghcr.io'), 'docker.io')).rejects.toMatchObject({
      code: 'REGISTRY_HOST_REFUSED',
    });
  });
  it('contacts the overriding host instead, which must be listed', async () => {
    const host = await serve((_request, response) => ok(response));
    const client = connect(host, { overrides: { 'ghcr.io': host } });
    expect((await get(client, 'ghcr.io')).bytes).toEqual(manifest);
    await expect(
      get(connect('ghcr.io', { overrides: { 'ghcr.io': host } }), 'ghcr.io'),
    ).rejects.toMatchObject({ code: 'REGISTRY_HOST_REFUSED' });
  });
  it.each(['http://registry.example', 'a/b'])('refuses the override %s', async (target) => {
    const client = connect('registry.example', { overrides: { 'ghcr.io': target } });
    const code = target === 'a/b' ? 'REGISTRY_HOST_REFUSED' : 'REGISTRY_PLAIN_HTTP_REFUSED';
    await expect(get(client, 'ghcr.io')).rejects.toMatchObject({ code });
  });
});

const toLoopback: NonNullable<RegistryClientOptions['lookup']> = (_name, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
