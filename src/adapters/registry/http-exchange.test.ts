import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
