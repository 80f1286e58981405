import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKey, aPem } from '../../../test/support/a-certificate.ts';
import { Gate } from '../../support/gate.ts';
import { HttpExchange } from './http-exchange.ts';

const run = { signal: new AbortController().signal };
let server: Server;
let host = '';
let open = 0;
let most = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.on('close', () => {
      open -= 1;
    });
    setTimeout(() => {
      if (request.url === '/broken') response.destroy();
      else if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end();
      else response.end('x'.repeat(100_000));
    }, 10);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('has no more requests open than its gate lets in, whoever shares it and however they end', async () => {
  const gate = new Gate(2);
  const of = () => new HttpExchange({ rules: { hosts: [host] }, stallTimeoutMs: 5_000, gate });
  const exchanges = [of(), of()];
  const ask = async (path: string, at: number): Promise<void> => {
    const question = { url: new URL(`http://${host}${path}`), headers: {} };
    const answer = await exchanges[at % 2]?.ask(question, run).catch(() => undefined);
    if (answer === undefined) return;
    if (at % 3 === 0) answer.discard();
    else for await (const _ of answer.body);
  };
  const paths = ['/a', '/broken', '/moved', '/b', '/c', '/broken', '/moved', '/d', '/e', '/f'];
  await Promise.all(paths.map(ask));
  expect(most).toBe(2);
  // Every place was given back.
  await gate.enter(run.signal);
  await gate.enter(run.signal);
  for (const exchange of exchanges) exchange.close();
});

it('shows a client certificate to the registry alone, not to where it redirects', async () => {
  const name = 'registry.example';
  const cert = aPem(name, '2020-01-01', '2100-01-01', true);
  const shown: string[] = [];
  const servers: Server[] = [];
  let elsewhere = '';
  const options = { key: aKey(), cert, requestCert: true, rejectUnauthorized: false };
  const begin = async (title: string): Promise<string> => {
    const secure = createSecureServer(options, ({ socket, url }, response) => {
      const peer = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : undefined;
      shown.push(`${title} ${peer === undefined ? 'nothing' : 'certificate'}`);
      if (url === '/v2/') response.writeHead(302, { location: elsewhere }).end();
      else response.end();
    });
    servers.push(secure);
    await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
    const address = secure.address();
    return `https://${name}:${typeof address === 'object' ? address?.port : 0}`;
  };
  elsewhere = await begin('elsewhere');
  const exchange = new HttpExchange({
    ...{ rules: { hosts: [] }, stallTimeoutMs: 5_000, ca: [cert] },
    clientCertificate: { cert, key: aKey() },
    lookup: (_name, { all }, callback) => {
      if (all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    },
  });
  try {
    const url = new URL(`${await begin('registry')}/v2/`);
    (await exchange.ask({ url, headers: {} }, run, true)).discard();
    expect(shown).toEqual(['registry certificate', 'elsewhere nothing']);
  } finally {
    exchange.close();
    for (const each of servers) each.close();
  }
});
