import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';

/** What goes wrong with one answer of the registry behind the proxy. */
export type Fault =
  /** The connection is cut after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Nothing more comes after so many bytes of the body; the connection stays. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** One bit of the body is another. */
  | { readonly kind: 'flip'; readonly atByte: number }
  /** The body is so many bytes longer (or shorter), and the length says so. */
  | { readonly kind: 'length'; readonly by: number }
  /** The body never ends. */
  | { readonly kind: 'endless' }
  /** Answered here. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The body of the request is cut after so many bytes on its way to the registry. */
  | { readonly kind: 'cut-request'; readonly afterBytes: number };

/** One question that passed through. */
export interface PassedQuestion {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  /** What part of an upload is sent. */
  readonly sends: string | undefined;
  /** Bytes of the body that is sent. */
  readonly size: number;
}

export interface FaultyProxy extends AsyncDisposable {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** Everything that was asked since the start or the last `splice`. */
  readonly asked: PassedQuestion[];
  /** Asked for each question; undefined: it passes as it is. */
  fault: (question: PassedQuestion) => Fault | undefined;
}

/** A proxy in front of a registry on loopback, that breaks what it is told to break. */
export async function startFaultyProxy(upstream: string): Promise<FaultyProxy> {
  const asked: PassedQuestion[] = [];
  const server = createServer((request, response) => {
    const question = {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      range: request.headers.range,
      sends: request.headers['content-range'],
      size: Number(request.headers['content-length'] ?? 0),
    };
    asked.push(question);
    pass(request, response, upstream, proxy.fault(question));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const proxy: FaultyProxy = {
    host: `127.0.0.1:${address.port}`,
    asked,
    fault: () => undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: string,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'status') {
    request.resume();
    response.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  const [hostname = '', port = ''] = upstream.split(':');
  const { headers, method = 'GET', url: path = '/' } = request;
  // The host stays: addresses the registry gives lead back through here.
  const onward = httpRequest({ hostname, port, method, path, headers });
  const giveUp = (): void => {
    onward.destroy();
    request.socket.destroy();
  };
  onward.on('error', giveUp);
  onward.on('response', (answer) => spoil(answer, response, fault));
  let sent = 0;
  request.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    if (fault?.kind === 'cut-request' && sent >= fault.afterBytes) {
      onward.write(chunk.subarray(0, chunk.length - (sent - fault.afterBytes)), giveUp);
      request.pause();
      return;
    }
    if (!onward.write(chunk)) {
      request.pause();
      onward.once('drain', () => request.resume());
    }
  });
  request.on('end', () => onward.end());
  response.on('close', () => onward.destroy());
}

function spoil(answer: IncomingMessage, response: ServerResponse, fault: Fault | undefined): void {
  const headers = { ...answer.headers };
  if (fault?.kind === 'length')
    headers['content-length'] = String(Number(headers['content-length'] ?? 0) + fault.by);
  if (fault?.kind === 'endless') delete headers['content-length'];
  response.writeHead(answer.statusCode ?? 500, headers);
  let seen = 0;
  let done = false;
  const socket = response.socket;
  answer.on('data', (chunk: Buffer) => {
    if (done) return;
    const before = seen;
    seen += chunk.length;
    if ((fault?.kind === 'cut' || fault?.kind === 'stall') && seen >= fault.afterBytes) {
      done = true;
      const kept = chunk.subarray(0, fault.afterBytes - before);
      // What was written is on its way before the connection goes.
      response.write(kept, () => {
        if (fault.kind === 'cut') setTimeout(() => socket?.destroy(), 20);
      });
      return;
    }
    if (fault?.kind === 'flip' && before <= fault.atByte && fault.atByte < seen) {
      const at = fault.atByte - before;
      chunk.writeUInt8(chunk.readUInt8(at) ^ 1, at);
    }
    if (!response.write(chunk)) {
      answer.pause();
      response.once('drain', () => answer.resume());
    }
  });
  answer.on('end', () => {
    if (done) return;
    if (fault?.kind === 'endless') return void pourForever(response);
    if (fault?.kind === 'length' && fault.by > 0) response.write(Buffer.alloc(fault.by, 0x2a));
    response.end();
    if (fault?.kind === 'length' && fault.by < 0) socket?.destroy();
  });
}

function pourForever(response: ServerResponse): void {
  const more = Buffer.alloc(1 << 16, 0x2a);
  const pour = (): void => {
    while (!response.destroyed) if (!response.write(more)) return void response.once('drain', pour);
  };
  pour();
}
