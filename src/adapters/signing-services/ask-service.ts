import { setTimeout } from 'node:timers/promises';
import { printable } from '../../support/printable.ts';
import type { Run } from '../../support/run.ts';
import { ServiceAddressError, SigningServiceError } from './service-error.ts';

/** One question to a signing service. */
export interface ServiceQuestion {
  /** How messages call the service. */
  readonly service: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Without a body it is a GET. */
  readonly body?: string | Uint8Array;
  /** Statuses that are answers; everything else is a refusal. */
  readonly accepted: readonly number[];
  /** Texts that must not appear in any message. */
  readonly secrets?: readonly string[];
}

export interface ServiceAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly bytes: Uint8Array;
}

/** How patient we are with services. */
export interface ServicePatience {
  /** Milliseconds for one question and its answer. */
  readonly timeoutMs: number;
  /** Milliseconds before each further attempt. */
  readonly retryAfterMs: readonly number[];
}

export const usualPatience: ServicePatience = { timeoutMs: 30_000, retryAfterMs: [500, 2000] };

/** A certificate with its chain has 10 KiB, a log entry with its statement 100 KiB. */
const maxAnswerBytes = 2 ** 20;

/**
 * Asks a service, again when it is away for a moment. Redirects are refused: a token or statement goes where the
 * caller said and nowhere else. Proxy and certificate authorities come from Node's own environment variables.
 * @throws SigningServiceError SERVICE_UNREACHABLE, SERVICE_TIMEOUT, SERVICE_REFUSED, SERVICE_ANSWER
 */
export async function askService(
  question: ServiceQuestion,
  patience: ServicePatience,
  run: Run,
): Promise<ServiceAnswer> {
  for (const [attempt, pause] of [...patience.retryAfterMs, undefined].entries()) {
    const outcome = await attemptOnce(question, patience.timeoutMs, run);
    if ('answer' in outcome) return outcome.answer;
    if (pause === undefined || !outcome.again) throw outcome.failure;
    run.onProgress?.({
      kind: 'note',
      message: `${outcome.failure.message}; attempt ${attempt + 2} follows`,
    });
    await setTimeout(pause, undefined, { signal: run.signal }).catch(() =>
      run.signal.throwIfAborted(),
    );
  }
  throw new SigningServiceError('SERVICE_UNREACHABLE', `${question.service} was not asked`);
}

type Outcome =
  | { readonly answer: ServiceAnswer }
  | { readonly failure: SigningServiceError; readonly again: boolean };

async function attemptOnce(
  { service, url, headers, body, accepted, secrets = [] }: ServiceQuestion,
  timeoutMs: number,
  run: Run,
): Promise<Outcome> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'user-agent': 'cowa-release', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([run.signal, late]),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
    });
    const bytes = await readLimited(response, service, url);
    const { status } = response;
    if (!accepted.includes(status)) {
      const said = withoutSecrets(Buffer.from(bytes).toString('utf8').trim(), secrets);
      return {
        again: [429, 502, 503, 504].includes(status),
        failure: new SigningServiceError(
          'SERVICE_REFUSED',
          `${service} at ${url.origin} answered ${status}${said === '' ? '' : `: ${printable(said, 300)}`}`,
          { suggestions: [`Ask whoever runs ${url.host}, with this message`] },
        ),
      };
    }
    return {
      answer: {
        status,
        bytes,
        contentType: (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '',
        location: response.headers.get('location') ?? undefined,
      },
    };
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof SigningServiceError) return { failure: error, again: false };
    if (late.aborted) {
      const seconds = Math.ceil(timeoutMs / 1000);
      const message = `${service} at ${url.origin} gave no answer within ${seconds} seconds`;
      return { again: true, failure: unreachable('SERVICE_TIMEOUT', message, url) };
    }
    const why = reasonOf(error);
    const message = `${service} at ${url.origin} cannot be reached: ${printable(why, 200)}`;
    return { again: true, failure: unreachable('SERVICE_UNREACHABLE', message, url) };
  }
}

function unreachable(
  code: 'SERVICE_TIMEOUT' | 'SERVICE_UNREACHABLE',
  message: string,
  url: URL,
): SigningServiceError {
  return new SigningServiceError(code, message, {
    suggestions: [
      `Check that ${url.host} can be reached from this machine`,
      'A private certificate authority is trusted by NODE_EXTRA_CA_CERTS=<file>, a proxy used by NODE_USE_ENV_PROXY=1',
    ],
  });
}

async function readLimited(response: Response, service: string, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) {
      throw new SigningServiceError(
        'SERVICE_ANSWER',
        `${service} at ${url.origin} answered with more than ${maxAnswerBytes} bytes`,
        { suggestions: [`Check that ${url.host} is that service`] },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** fetch says only that it failed; the reason is behind it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = 'code' in cause ? String(cause.code) : '';
  return cause.message === '' ? code : cause.message;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

/**
 * The base address of a service as it was given.
 * @param secret whether what is sent must not be seen by others: then plain HTTP is for this machine only
 * @throws ServiceAddressError SERVICE_ADDRESS, SERVICE_PLAIN_HTTP
 */
export function parseServiceUrl(service: string, text: string, secret: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || !plain) {
    throw new ServiceAddressError(
      'SERVICE_ADDRESS',
      `the address of ${service} must be https://<host>[/<path>], without name, password or query`,
      { suggestions: [`Correct the address of ${service}`] },
    );
  }
  if (secret && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ServiceAddressError(
      'SERVICE_PLAIN_HTTP',
      `${service} at ${url.origin} would get the identity token over a connection that others can read`,
      { suggestions: [`Use https://${url.host}`] },
    );
  }
  return url;
}

/** An address below the base: the base may have a path of its own. */
export function below(base: URL, path: string): URL {
  return new URL(`${base.pathname.replace(/\/$/, '')}/${path}`, base);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
