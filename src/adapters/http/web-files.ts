import { FetchContentError, FetchError } from '../../ports/fetch-error.ts';
import type { WebExpectation, WebPage, WebSource } from '../../ports/web-source.ts';
import type { Run } from '../../support/run.ts';
import { type Credentials, findCredentials } from '../registry/docker-credentials.ts';
import { chooseEndpoint, type HostRules } from '../registry/endpoint.ts';
import { type ExchangeOptions, HttpExchange } from '../registry/http-exchange.ts';
import type { Answer } from '../registry/http-request.ts';
import { clientOptions } from '../registry/make-client.ts';
import {
  maxRetries,
  maxRetryAfterMs,
  parseRetryAfter,
  pauseAfter,
  sleepFor,
} from '../registry/retry.ts';
import { isPassing } from '../registry/transport-failure.ts';
import { statusError, toFetchError } from './fetch-failure.ts';

/** Which hosts files may come from, and how those are spoken to. */
export interface WebFilesOptions extends HostRules {
  /** PEM file of an own authority, trusted beside the usual ones. */
  readonly caFile?: string;
  /** PEM files of a client certificate and its key, shown to the hosts themselves. */
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly proxies?: NonNullable<ExchangeOptions['proxies']>;
  /** Docker's `config.json`, whose logins are used where a server wants one. */
  readonly dockerConfigPath?: string;
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, spreads retries. */
  readonly random?: () => number;
  readonly stallTimeoutMs?: number;
  readonly lookup?: ExchangeOptions['lookup'];
  readonly gate?: NonNullable<ExchangeOptions['gate']>;
}

/** A line that breaks is taken up again and again as long as this much comes in between. */
const progressBytes = 1 << 20;

/** Where a download stands. */
interface Progress {
  offset: number;
  /** Strong version mark of the file, once it is known. */
  etag: string | undefined;
  /** Bytes of the whole, once they are known. */
  total: number | undefined;
}

/** Files over HTTP, by the transport that registries are spoken to with. @see RFC 9110 */
export class WebFiles implements WebSource {
  private readonly options: WebFilesOptions;
  private exchange: Promise<HttpExchange> | undefined;
  private readonly logins = new Map<string, Promise<Credentials | undefined>>();

  constructor(options: WebFilesOptions) {
    this.options = options;
  }

  /** @see WebSource */
  open(address: string, expected: WebExpectation, run: Run): AsyncGenerator<Uint8Array> {
    return this.read(address, expected, run, () => undefined);
  }

  /** @see WebSource */
  async page(
    address: string,
    expected: Omit<WebExpectation, 'offset'>,
    run: Run,
  ): Promise<WebPage> {
    let link = '';
    const note = ({ headers }: Answer): void => {
      link = [headers['link'] ?? ''].flat().join(', ');
    };
    const chunks = await Array.fromAsync(this.read(address, expected, run, note));
    const [, next = ''] = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(link) ?? [];
    const bytes = Buffer.concat(chunks);
    return next === '' ? { bytes } : { bytes, next: new URL(next, address).href };
  }

  private async *read(
    address: string,
    { maxBytes, offset = 0, pinned = false, headers = {} }: WebExpectation,
    run: Run,
    note: (answer: Answer) => void,
  ): AsyncGenerator<Uint8Array> {
    const url = this.target(address);
    const at: Progress = { offset, etag: undefined, total: undefined };
    for (let failures = 0; ; ) {
      const before = at.offset;
      try {
        const answer = await this.retrying(address, at, run, () => this.ask(url, at, headers, run));
        if (answer === undefined) return;
        note(answer);
        let skip = this.begin(address, answer, at);
        for await (const chunk of answer.body) {
          const rest = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.byteLength));
          skip -= chunk.byteLength - rest.byteLength;
          at.offset += rest.byteLength;
          if (at.offset > maxBytes) throw tooLong(address, maxBytes);
          if (rest.byteLength > 0) yield rest;
        }
        if (at.total === undefined || at.offset === at.total) return;
        throw new FetchContentError(
          'FETCH_INCOMPLETE',
          `${address} ended after ${at.offset} of ${at.total} bytes`,
          {
            suggestions: ['Run the same command again; ask whoever runs the server when it stays'],
          },
        );
      } catch (error) {
        run.signal.throwIfAborted();
        // Nothing more to come: that the connection ended badly does not matter.
        if (isPassing(error) && at.total !== undefined && at.offset === at.total) return;
        const resumable = at.offset === 0 || pinned || at.etag !== undefined;
        if (!isPassing(error) || !resumable) throw toFetchError(address, error);
        failures = at.offset - before >= progressBytes ? 1 : failures + 1;
        if (failures > maxRetries) throw toFetchError(address, error);
        await this.pause(failures, run);
      }
    }
  }

  /** Where an address leads after overriding. @throws FetchError FETCH_HOST_REFUSED, FETCH_PLAIN_HTTP_REFUSED */
  target(address: string): URL {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.username !== '')
      throw new FetchError(
        'FETCH_HOST_REFUSED',
        `${address} is no address files are fetched from`,
        {
          suggestions: ['Write https://<host>/<path>, without user and password'],
        },
      );
    try {
      const endpoint = chooseEndpoint(url.host, this.options);
      const target = new URL(url);
      target.protocol = endpoint.scheme ?? url.protocol;
      target.host = endpoint.host;
      // What the definition wants encrypted stays so, unless somebody allowed the host without.
      if (url.protocol === 'http:' && endpoint.scheme === 'https')
        throw new FetchError(
          'FETCH_PLAIN_HTTP_REFUSED',
          `${address} would be fetched over plain HTTP, which is not allowed for ${endpoint.name}`,
          { suggestions: ['Write https://, or list the host under remoteInputs.plainHttp'] },
        );
      return target;
    } catch (error) {
      throw toFetchError(address, error);
    }
  }

  private async ask(
    url: URL,
    { offset, etag }: Progress,
    headers: Readonly<Record<string, string>>,
    run: Run,
  ): Promise<Answer> {
    const exchange = await this.connect();
    const range =
      offset === 0
        ? {}
        : { range: `bytes=${offset}-`, ...(etag === undefined ? {} : { 'if-range': etag }) };
    const asked = { url, headers: { ...headers, ...range } };
    const answer = await exchange.ask(asked, run, true);
    if (answer.status !== 401 || answer.url.origin !== url.origin) return answer;
    const login = await this.login(url.host, run);
    if (login?.kind !== 'password') return answer;
    answer.discard();
    const secret = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    const authorization = `Basic ${secret}`;
    return exchange.ask({ url, headers: { ...asked.headers, authorization } }, run, true);
  }

  /** Notes what the answer says of the file. @returns bytes at its beginning that are held already */
  private begin(address: string, { status, headers }: Answer, at: Progress): number {
    const strong = headers.etag?.startsWith('"') === true ? headers.etag : undefined;
    const length = Number(headers['content-length'] ?? Number.NaN);
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
    const known = status === 206 ? Number(total ?? Number.NaN) : length;
    const changed =
      (at.etag !== undefined && strong !== at.etag) ||
      (at.total !== undefined && Number.isSafeInteger(known) && known !== at.total) ||
      (status === 206 && Number(first) !== at.offset);
    if (changed)
      throw new FetchContentError(
        'FETCH_CHANGED',
        `${address} became another file while it was fetched`,
        { suggestions: ['Run the same command again'] },
      );
    at.etag = strong;
    if (Number.isSafeInteger(known)) at.total = known;
    return status === 206 ? 0 : at.offset;
  }

  /** @returns undefined where everything was held already */
  private async retrying(
    address: string,
    at: Progress,
    run: Run,
    attempt: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    for (let tries = 1; ; tries += 1) {
      const answer = await attempt();
      if (answer.status === 200 || answer.status === 206) return answer;
      answer.discard();
      const [, whole] = /^bytes \*\/(\d+)$/.exec(answer.headers['content-range'] ?? '') ?? [];
      if (answer.status === 416 && Number(whole) === at.offset) return undefined;
      const again = answer.status === 429 || (answer.status >= 500 && answer.status !== 501);
      // Nothing but messages and pauses depends on the clock.
      const wishedMs = parseRetryAfter(answer.headers['retry-after'], new Date());
      if (!again || tries > maxRetries || (wishedMs ?? 0) > maxRetryAfterMs)
        throw statusError(address, answer, tries);
      await this.pause(tries, run, wishedMs);
    }
  }

  private pause(failures: number, run: Run, wishedMs?: number): Promise<void> {
    const { sleep = sleepFor, random = Math.random } = this.options;
    return pauseAfter(failures, { sleep, random }, run, wishedMs);
  }

  /** What is shown to a host once it asks. @throws RegistryError REGISTRY_CREDENTIALS */
  login(host: string, run: Run): Promise<Credentials | undefined> {
    const { dockerConfigPath } = this.options;
    if (dockerConfigPath === undefined) return Promise.resolve(undefined);
    const known = this.logins.get(host) ?? findCredentials(host, dockerConfigPath, run);
    this.logins.set(host, known);
    return known;
  }

  private connect(): Promise<HttpExchange> {
    this.exchange ??= openExchange(this.options);
    return this.exchange;
  }
}

async function openExchange(options: WebFilesOptions): Promise<HttpExchange> {
  const { caFile, certFile, keyFile, stallTimeoutMs = 60_000, lookup, proxies, gate } = options;
  const files = {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
  const { ca, clientCertificate } = await clientOptions({ hosts: [], ...files });
  return new HttpExchange({
    rules: options,
    stallTimeoutMs,
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(proxies === undefined ? {} : { proxies }),
    ...(lookup === undefined ? {} : { lookup }),
    ...(gate === undefined ? {} : { gate }),
  });
}

function tooLong(address: string, maxBytes: number): FetchContentError {
  return new FetchContentError(
    'FETCH_LIMIT',
    `${address} has more than the ${maxBytes} bytes that are read of it`,
    { suggestions: ['Check that the address is the file that is meant'] },
  );
}
