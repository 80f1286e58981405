import { InternalError } from '../../errors/families.ts';
import type { Gate } from '../../support/gate.ts';
import type { Run } from '../../support/run.ts';
import { type CredentialHelper, type Credentials, findCredentials } from './docker-credentials.ts';
import {
  checkHop,
  chooseEndpoint,
  type Endpoint,
  type HostRules,
  readingEndpoints,
} from './endpoint.ts';
import { type ExchangeOptions, HttpExchange } from './http-exchange.ts';
import type { Answer, Question } from './http-request.ts';
import { Refusal, readComplaint, refusal } from './refusal.ts';
import { RegistryAuth, unauthorized } from './registry-auth.ts';
import { RegistryContentError, RegistryError } from './registry-error.ts';
import { maxRetries, maxRetryAfterMs, pauseAfter } from './retry.ts';
import { isPassing } from './transport-failure.ts';

/** Everything a registry client takes from outside. */
export interface RegistryClientOptions extends HostRules {
  /** PEM certificates trusted, instead of the usual ones. */
  readonly ca?: readonly string[];
  readonly clientCertificate?: ExchangeOptions['clientCertificate'];
  readonly proxies?: ExchangeOptions['proxies'];
  /** A login given for this run; it comes before the stored ones. */
  readonly login?: { readonly host: string; readonly username: string; readonly password: string };
  /** Docker's `config.json`; a missing file means anonymous. */
  readonly dockerConfigPath?: string;
  /** Waits this long, or throws the reason of the signal. */
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, spreads retries. */
  readonly random: () => number;
  /** Tells dates in answers from durations, and a clock that is wrong. */
  readonly now: () => Date;
  readonly credentialHelper?: CredentialHelper;
  /** Silence after which a server counts as stalled; 60 s unless given. */
  readonly stallTimeoutMs?: number;
  readonly lookup?: ExchangeOptions['lookup'];
  /** Shared by all who ask: how many requests may be open at once. */
  readonly gate?: Gate;
}

/** A repository as references name it, before overriding. */
export interface Repository {
  readonly registry: string;
  readonly repository: string;
}

/** What is asked of a repository. */
export interface RepositoryQuestion {
  /** Behind `/v2/<repository>/`; or a whole address the registry gave. */
  readonly path: string;
  readonly method?: Question['method'];
  readonly body?: Question['body'];
  readonly headers: Readonly<Record<string, string>>;
  /** Status codes that are no refusal. */
  readonly expected: readonly number[];
}

/** What a mirror says of every request alike. */
const isAway: ReadonlySet<string> = new Set([
  'REGISTRY_NAME',
  'REGISTRY_UNREACHABLE',
  'REGISTRY_PROXY',
  'REGISTRY_TLS',
  'REGISTRY_TIMEOUT',
]);

/** Questions to registries: hosts that may be asked, logins, answers that are refusals, second tries. */
export class RegistryConnection {
  readonly options: RegistryClientOptions;
  private readonly exchange: HttpExchange;
  private readonly auth: RegistryAuth;
  private readonly logins = new Map<string, Promise<Credentials | undefined>>();
  private readonly origins = new Map<string, Promise<string>>();
  /** Mirrors that are away, and were told so. */
  private readonly away = new Set<string>();

  constructor(options: RegistryClientOptions) {
    this.options = options;
    const { ca, lookup, now, clientCertificate, proxies, gate } = options;
    this.exchange = new HttpExchange({
      rules: options,
      stallTimeoutMs: options.stallTimeoutMs ?? 60_000,
      ...(ca === undefined ? {} : { ca }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      ...(proxies === undefined ? {} : { proxies }),
      ...(lookup === undefined ? {} : { lookup }),
      ...(gate === undefined ? {} : { gate }),
    });
    this.auth = new RegistryAuth({
      exchange: this.exchange,
      rules: options,
      now,
      ...(options.login === undefined ? {} : { givenFor: options.login.host }),
      credentials: (host, run, repository) => this.credentials(host, run, repository),
    });
  }

  /** @throws RegistryError REGISTRY_HOST_REFUSED, REGISTRY_PLAIN_HTTP_REFUSED */
  endpoint({ registry }: Repository): Endpoint {
    return chooseEndpoint(registry, this.options);
  }

  /**
   * Reads at the mirrors of a host, then at itself: what one cannot give, the next is asked for.
   * @throws RegistryError, RegistryContentError of the last
   */
  async reading<T>(at: Repository, run: Run, read: (endpoint: Endpoint) => Promise<T>): Promise<T> {
    const endpoints = readingEndpoints(at.registry, this.options);
    for (const [index, endpoint] of endpoints.entries()) {
      try {
        return await read(endpoint);
      } catch (error) {
        const next = endpoints[index + 1];
        if (next === undefined || !isTold(error)) throw error;
        this.tellNext(at, endpoint, error, next, run);
      }
    }
    throw new InternalError(`no endpoint of ${at.registry}`);
  }

  /** Says that a mirror did not help; of one that cannot be reached only once. */
  tellNext(at: Repository, from: Endpoint, error: Error, next: Endpoint, run: Run): void {
    const { message } = error;
    if (error instanceof RegistryError && isAway.has(error.code)) {
      const place = `${from.name} ${error.code}`;
      if (this.away.has(place)) return;
      this.away.add(place);
    }
    const text = `mirror ${from.name} of ${at.registry}: ${message}; ${next.name} is asked`;
    run.onProgress?.({ kind: 'note', message: text });
  }

  /** Closes idle connections; it can be used again. */
  close(): void {
    this.exchange.close();
  }

  /**
   * Asks once, logging in where that is wanted.
   * @throws RegistryError all codes
   */
  async ask(
    endpoint: Endpoint,
    repository: string,
    { path, headers, expected, method, body }: RepositoryQuestion,
    run: Run,
  ): Promise<Answer> {
    const { options } = this;
    const { name } = endpoint;
    const base = `${await this.origin(endpoint, run)}/v2/${repository}/`;
    // A registry may lead uploads elsewhere, as far as redirects may lead.
    const url = new URL(path, base);
    const own = url.origin === new URL(base).origin;
    if (!own) checkHop(new URL(base), url, options);
    const means = {
      ...(method === undefined ? {} : { method }),
      ...(body === undefined ? {} : { body }),
    };
    const verb = method === undefined || method === 'HEAD' ? 'read' : 'write';
    let authorization = own ? this.auth.remembered(name, repository) : undefined;
    for (let logins = 0; ; logins += 1) {
      const answer = await this.exchange.ask(
        {
          url,
          ...means,
          headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        },
        run,
        own,
      );
      if (expected.includes(answer.status)) return answer;
      const said = await readComplaint(answer);
      // Whoever we were sent on to gets no say in where the credentials of this host go.
      if (answer.status !== 401 || !own || answer.url.origin !== url.origin)
        throw refusal(answer, subjectOf(path, `${name}/${repository}`), name, {
          said,
          verb,
          now: options.now(),
        });
      // A remembered token may have run out: once more with a fresh one, then it is a refusal.
      if (logins === 1) {
        throw unauthorized(name, repository, {
          hadCredentials: (await this.credentials(name, run, repository)) !== undefined,
          givenLogin: options.login?.host === name,
          answer,
          said,
          now: options.now(),
        });
      }
      authorization = await this.auth.answer(
        name,
        repository,
        url,
        answer.headers['www-authenticate'],
        run,
      );
    }
  }

  /** Asks a host for its version address, without a login; whatever it answers. */
  async greet(endpoint: Endpoint, run: Run): Promise<Answer> {
    const url = new URL(`${await this.origin(endpoint, run)}/v2/`);
    return this.exchange.ask({ url, headers: {} }, run, true);
  }

  /** Tries again what may pass: up to three times, with growing pauses or those the registry asks for. */
  async retrying<T>(run: Run, attempt: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        run.signal.throwIfAborted();
        if (!mayPass(error)) throw error;
        if (tries > maxRetries) throw triedOften(error, tries);
        await this.pause(tries, run, wishedWait(error));
      }
    }
  }

  /** Waits before another try. */
  pause(tries: number, run: Run, wishedMs?: number): Promise<void> {
    return pauseAfter(tries, this.options, run, wishedMs);
  }

  /** Scheme and host. A loopback host without a configured scheme is asked whether it speaks TLS. */
  private origin(endpoint: Endpoint, run: Run): Promise<string> {
    if (endpoint.scheme !== undefined)
      return Promise.resolve(`${endpoint.scheme}://${endpoint.host}`);
    const known = this.origins.get(endpoint.host);
    if (known !== undefined) return known;
    const found = this.probe(endpoint.host, run);
    this.origins.set(endpoint.host, found);
    found.catch(() => this.origins.delete(endpoint.host));
    return found;
  }

  private async probe(host: string, { signal }: Run): Promise<string> {
    // A question whether there is TLS is no request that failed where there is none.
    try {
      const url = new URL(`https://${host}/v2/`);
      (await this.exchange.ask({ url, headers: {} }, { signal }, true)).discard();
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code === 'REGISTRY_PLAIN_HTTP_REFUSED' || isPassing(error)) return `http://${host}`;
      if (error.code !== 'REGISTRY_TLS') throw error;
    }
    return `https://${host}`;
  }

  private credentials(
    host: string,
    run: Run,
    repository: string,
  ): Promise<Credentials | undefined> {
    const { dockerConfigPath, credentialHelper, login } = this.options;
    if (login?.host === host) return Promise.resolve({ kind: 'password', ...login });
    if (dockerConfigPath === undefined) return Promise.resolve(undefined);
    const key = `${host}/${repository}`;
    const known = this.logins.get(key);
    if (known !== undefined) return known;
    const found = findCredentials(host, dockerConfigPath, run, {
      repository,
      ...(credentialHelper === undefined ? {} : { helper: credentialHelper }),
    });
    this.logins.set(key, found);
    found.catch(() => this.logins.delete(key));
    return found;
  }
}

/** Addresses that a registry gave may hold what others must not see. */
function subjectOf(path: string, place: string): string {
  return path.includes('://') ? `an upload to ${place}` : `${place}/${path}`;
}

/** Whether asking once more may help, within the time that is waited for it. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Refusal)) return isPassing(error);
  return error.retryable && (error.retryAfterMs ?? 0) <= maxRetryAfterMs;
}

/** Milliseconds a registry asks to wait. */
export function wishedWait(error: unknown): number | undefined {
  return error instanceof Refusal ? error.retryAfterMs : undefined;
}

/** True for what this folder says of a registry. */
export function isTold(error: unknown): error is RegistryError | RegistryContentError {
  return error instanceof RegistryError || error instanceof RegistryContentError;
}

/** The same failure, which says how often it was tried. */
export function triedOften(error: unknown, tries: number): unknown {
  if (!(error instanceof RegistryError)) return error;
  return new RegistryError(error.code, `${error.message}; tried ${tries} times`, {
    suggestions: error.suggestions,
    cause: error.cause ?? error,
  });
}
