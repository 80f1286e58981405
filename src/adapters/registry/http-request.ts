import {
  type ClientRequest,
  type Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Run } from '../../support/run.ts';
import { RegistryError } from './registry-error.ts';
import { StallError, transportFailure } from './transport-failure.ts';

/** One question to a server. */
export interface Question {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly body?: string | Uint8Array | StreamedBody;
}

/** Content that is sent while it is read. */
export interface StreamedBody {
  /** Bytes. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** An answer whose body has not been read; it must be read to its end or given up with `discard`. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The address that answered, after redirects. */
  readonly url: URL;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** What a question is asked with. */
export interface RequestMeans {
  readonly agent: HttpAgent | HttpsAgent;
  /** Silence after which a server counts as stalled. */
  readonly stallTimeoutMs: number;
  /** Variable of the proxy that is in between, where there may be one. */
  readonly proxy?: string | undefined;
  /** Told when the answer was read or given up, or there was none. */
  readonly onClosed?: (() => void) | undefined;
}

/**
 * Asks once, follows nothing.
 * @throws RegistryError REGISTRY_UNREACHABLE, REGISTRY_NAME, REGISTRY_TLS, REGISTRY_TIMEOUT, REGISTRY_ANSWER, REGISTRY_PROXY, REGISTRY_PLAIN_HTTP_REFUSED; whatever the body throws
 */
export function askOnce(question: Question, means: RequestMeans, run: Run): Promise<Answer> {
  const { url, headers, method = 'GET', body } = question;
  const { agent, stallTimeoutMs, proxy, onClosed } = means;
  return new Promise((resolve, reject) => {
    if (run.signal.aborted) {
      onClosed?.();
      reject(run.signal.reason);
      return;
    }
    const length = sizeOf(body);
    const options = {
      method,
      agent,
      headers: {
        'user-agent': 'cowa-release',
        'accept-encoding': 'identity',
        ...headers,
        ...(length === undefined ? {} : { 'content-length': String(length) }),
      },
    };
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    if (onClosed !== undefined) request.once('close', onClosed);
    let timer: NodeJS.Timeout | undefined;
    const late = (): void => void request.destroy(new StallError(stallTimeoutMs));
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(late, stallTimeoutMs);
    };
    const give = (): void => void request.destroy(asError(run.signal.reason));
    const settled = (): void => {
      clearTimeout(timer);
      run.signal.removeEventListener('abort', give);
    };
    run.signal.addEventListener('abort', give, { once: true });
    // Only from here on the server is late; before, our own agent had no free connection.
    request.once('socket', wait);
    request.on('error', (error) => {
      settled();
      reject(run.signal.aborted ? run.signal.reason : transportFailure(url, error, proxy));
    });
    request.on('response', (response) => {
      settled();
      // A connection that breaks before the body is read is told when it is read.
      response.on('error', () => undefined);
      const encoding = response.headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity') {
        response.destroy();
        const found = encoding.slice(0, 40);
        reject(confused(url, `answers in the encoding '${found}', which was not asked for`));
        return;
      }
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        url,
        body: readBody(response, url, stallTimeoutMs, run),
        discard: () => void response.destroy(),
      });
    });
    if (typeof body !== 'object' || body instanceof Uint8Array) {
      request.end(body);
      return;
    }
    send(request, body, { wait, rest: () => clearTimeout(timer) }).catch((error: unknown) => {
      settled();
      // What we read failed, not the connection: that is what has to be told.
      request.destroy();
      reject(error);
    });
  });
}

/** What answers is not what it should be. */
export function confused(url: URL, what: string): RegistryError {
  return new RegistryError('REGISTRY_ANSWER', `${url.host} ${what}`, {
    suggestions: [
      `Check that ${url.host} is a container registry and that no proxy answers in its place`,
    ],
  });
}

/** The clock of the server runs while it does not take what is written, and once all is written. */
async function send(
  request: ClientRequest,
  body: StreamedBody,
  clock: { readonly wait: () => void; readonly rest: () => void },
): Promise<void> {
  let answered = false;
  // An answer before the end is a refusal: nothing more is read and sent.
  request.once('response', () => {
    answered = true;
  });
  const over = (): boolean => answered || request.destroyed;
  for await (const chunk of body.open()) {
    if (over()) return;
    if (request.write(chunk)) continue;
    clock.wait();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const name of ['drain', 'close', 'response']) request.off(name, done);
        resolve();
      };
      for (const name of ['drain', 'close', 'response']) request.on(name, done);
    });
    clock.rest();
  }
  if (over()) return;
  clock.wait();
  request.end();
}

/** The body, with a clock that runs only while we wait for the server, not while the consumer is busy. */
async function* readBody(
  response: IncomingMessage,
  url: URL,
  stallTimeoutMs: number,
  run: Run,
): AsyncGenerator<Uint8Array, void, undefined> {
  const give = (): void => void response.destroy(asError(run.signal.reason));
  run.signal.addEventListener('abort', give, { once: true });
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      run.signal.throwIfAborted();
      const timer = setTimeout(
        () => response.destroy(new StallError(stallTimeoutMs)),
        stallTimeoutMs,
      );
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    if (run.signal.aborted) throw run.signal.reason;
    throw transportFailure(url, error);
  } finally {
    run.signal.removeEventListener('abort', give);
    response.destroy();
  }
}

function sizeOf(body: Question['body']): number | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string'
    ? Buffer.byteLength(body)
    : 'size' in body
      ? body.size
      : body.byteLength;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('stopped', { cause: reason });
}
