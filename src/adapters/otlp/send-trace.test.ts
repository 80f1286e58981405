import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { aRunContext } from '../../../test/support/a-run.ts';
import { toRunRecord } from '../../report/run-record.ts';
import { toRunTrace } from '../../report/run-trace.ts';
import { sendTrace } from './send-trace.ts';

const trace = toRunTrace(
  toRunRecord(
    aRunContext,
    [
      { id: 'image a', outcome: 'done', startedMs: 0, durationMs: 100, bytes: 7 },
      {
        id: 'package b',
        outcome: 'failed',
        startedMs: 100,
        durationMs: 50,
        bytes: 0,
        error: { code: 'DISK_FULL', message: 'no room' },
      },
      { id: 'archive c', outcome: 'skipped', startedMs: 150, durationMs: 0, bytes: 0 },
    ],
    { durationMs: 200, outputs: [] },
  ),
);

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A collector that takes one trace, or never answers. */
async function collector(answers: boolean): Promise<{ url: string; taken: Buffer[] }> {
  const taken: Buffer[] = [];
  server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => taken.push(chunk));
    request.on('end', () => answers && response.writeHead(200).end('{}'));
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}/v1/traces`, taken };
}

describe('sendTrace', () => {
  it('sends one span for the run and one for each step that did something', async () => {
    const { url, taken } = await collector(true);
    await sendTrace(trace, url);
    const sent = JSON.parse(Buffer.concat(taken).toString('utf8'));
    const [{ resource, scopeSpans }] = sent.resourceSpans;
    expect(resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'cowa-release' },
    });
    const { spans } = scopeSpans[0];
    const root = spans.find(({ name }: { name: string }) => name === 'assemble');
    expect(spans.map(({ name }: { name: string }) => name).sort()).toEqual([
      'assemble',
      'image a',
      'package b',
    ]);
    for (const span of spans)
      if (span !== root)
        expect(span).toMatchObject({ parentSpanId: root.spanId, traceId: root.traceId });
    expect(root.startTimeUnixNano).toBe('1795262400000000000');
    expect(spans.find(({ name }: { name: string }) => name === 'package b').status).toEqual({
      code: 2,
      message: 'DISK_FULL',
    });
  });

  it.each([
    ['that is not there', async () => 'http://127.0.0.1:1/v1/traces'],
    ['that never answers', async () => (await collector(false)).url],
  ])('says nothing of a collector %s, and does not wait for long', async (_name, open) => {
    const began = performance.now();
    await sendTrace(trace, await open());
    expect(performance.now() - began).toBeLessThan(8_000);
  });
});
