import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Run } from '../../support/run.ts';
import { checkHop, type HostRules } from './endpoint.ts';
import { RegistryError } from './registry-error.ts';
import { StallError, transportFailure } from './transport-failure.ts';

/** One question to a server. */
export interface Question {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
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

export interface ExchangeOptions {
  readonly rules: HostRules;
  /** PEM certificates trusted beside the usual ones. */
  readonly ca?: readonly string[];
  /** Silence after which a server counts as stalled. */
  readonly stallTimeoutMs: number;
  /** How host names become addresses; Node's own unless given. */
  readonly lookup?: LookupFunction;
}

const maxRedirects = 5;

/** HTTP with kept connections, bounded redirects and no silent waiting. */
export class HttpExchange {
  private readonly options: ExchangeOptions;
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor(options: ExchangeOptions) {
    this.options = options;
    const shared = {
      keepAlive: true,
      maxSockets: 16,
      maxFreeSockets: 8,
      ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    };
    this.http = new HttpAgent(shared);
    this.https = new HttpsAgent({
      ...shared,
      ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
    });
  }

  /**
   * Asks and follows up to 5 redirects. Credentials stay with the origin they were meant for: once
   * another one is involved they are dropped for good.
   * @throws RegistryError REGISTRY_UNREACHABLE, REGISTRY_TLS, REGISTRY_TIMEOUT, REGISTRY_ANSWER, REGISTRY_PLAIN_HTTP_REFUSED
   */
  async ask(question: Question, run: Run): Promise<Answer> {
    let { url } = question;
    let headers = question.headers;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.askOnce({ ...question, url, headers }, run);
      if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
      answer.discard();
      // The body of a login would go wherever the server likes.
      if (question.body !== undefined) throw confused(url, 'redirects a login');
      if (redirects === maxRedirects)
        throw confused(url, `redirects more than ${maxRedirects} times`);
      const location = answer.headers.location;
      if (location === undefined || !URL.canParse(location, url.href))
        throw confused(url, 'redirects to nowhere');
      const next = new URL(location, url);
      checkHop(url, next, this.options.rules);
      if (next.origin !== url.origin) headers = without(headers, 'authorization');
      url = next;
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private askOnce({ url, headers, method = 'GET', body }: Question, run: Run): Promise<Answer> {
    const { stallTimeoutMs } = this.options;
    return new Promise((resolve, reject) => {
      if (run.signal.aborted) {
        reject(run.signal.reason);
        return;
      }
      const secure = url.protocol === 'https:';
      const options = {
        method,
        headers: {
          'user-agent': 'cowa-release',
          'accept-encoding': 'identity',
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
      };
      const request = secure
        ? httpsRequest(url, { ...options, agent: this.https })
        : httpRequest(url, { ...options, agent: this.http });
      let timer: NodeJS.Timeout | undefined;
      const give = (): void => void request.destroy(asError(run.signal.reason));
      const settled = (): void => {
        clearTimeout(timer);
        run.signal.removeEventListener('abort', give);
      };
      run.signal.addEventListener('abort', give, { once: true });
      // Only from here on the server is late; before, our own agent had no free connection.
      request.once('socket', () => {
        timer = setTimeout(() => request.destroy(new StallError(stallTimeoutMs)), stallTimeoutMs);
      });
      request.on('error', (error) => {
        settled();
        reject(run.signal.aborted ? run.signal.reason : transportFailure(url, error));
      });
      request.on('response', (response) => {
        settled();
        // A connection that breaks before the body is read is told when it is read.
        response.on('error', () => undefined);
        const encoding = response.headers['content-encoding'];
        if (encoding !== undefined && encoding !== 'identity') {
          response.destroy();
          reject(
            confused(
              url,
              `answers in the encoding '${encoding.slice(0, 40)}', which was not asked for`,
            ),
          );
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
      request.end(body);
    });
  }
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

function without(
  headers: Readonly<Record<string, string>>,
  name: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('stopped', { cause: reason });
}

function confused(url: URL, what: string): RegistryError {
  return new RegistryError('REGISTRY_ANSWER', `${url.host} ${what}`, {
    suggestions: [
      `Check that ${url.host} is a container registry and that no proxy answers in its place`,
    ],
  });
}
