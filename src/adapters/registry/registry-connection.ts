import type { Run } from '../../support/run.ts';
import { type CredentialHelper, type Credentials, findCredentials } from './docker-credentials.ts';
import { chooseEndpoint, type Endpoint, type HostRules } from './endpoint.ts';
import { type Answer, type ExchangeOptions, HttpExchange } from './http-exchange.ts';
import { maxRetryAfterMs, Refusal, readComplaint, refusal } from './refusal.ts';
import { RegistryAuth, unauthorized } from './registry-auth.ts';
import { RegistryError } from './registry-error.ts';
import { isPassing } from './transport-failure.ts';

/** Everything a registry client takes from outside. */
export interface RegistryClientOptions extends HostRules {
  /** PEM certificates trusted beside the usual ones. */
  readonly ca?: readonly string[];
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
}

/** A repository as references name it, before overriding. */
export interface Repository {
  readonly registry: string;
  readonly repository: string;
}

/** What is asked of a repository. */
export interface RepositoryQuestion {
  /** Behind `/v2/<repository>/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Status codes that are no refusal. */
  readonly expected: readonly number[];
}

/** Tries after the first. */
export const maxRetries = 3;

/** Questions to registries: hosts that may be asked, logins, answers that are refusals, second tries. */
export class RegistryConnection {
  readonly options: RegistryClientOptions;
  private readonly exchange: HttpExchange;
  private readonly auth: RegistryAuth;
  private readonly logins = new Map<string, Promise<Credentials | undefined>>();
  private readonly origins = new Map<string, Promise<string>>();

  constructor(options: RegistryClientOptions) {
    this.options = options;
    const { ca, lookup, now } = options;
    this.exchange = new HttpExchange({
      rules: options,
      stallTimeoutMs: options.stallTimeoutMs ?? 60_000,
      ...(ca === undefined ? {} : { ca }),
      ...(lookup === undefined ? {} : { lookup }),
    });
    this.auth = new RegistryAuth({
      exchange: this.exchange,
      rules: options,
      now,
      credentials: (host, run) => this.credentials(host, run),
    });
  }

  /** @throws RegistryError REGISTRY_HOST_REFUSED, REGISTRY_PLAIN_HTTP_REFUSED */
  endpoint({ registry }: Repository): Endpoint {
    return chooseEndpoint(registry, this.options);
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
    at: Repository,
    { path, headers, expected }: RepositoryQuestion,
    run: Run,
  ): Promise<Answer> {
    const { options } = this;
    const endpoint = this.endpoint(at);
    const { repository } = at;
    const { name } = endpoint;
    const url = new URL(`${await this.origin(endpoint, run)}/v2/${repository}/${path}`);
    let authorization = this.auth.remembered(name, repository);
    for (let logins = 0; ; logins += 1) {
      const answer = await this.exchange.ask(
        { url, headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) } },
        run,
      );
      if (expected.includes(answer.status)) return answer;
      const said = await readComplaint(answer);
      // Whoever we were sent on to gets no say in where the credentials of this host go.
      if (answer.status !== 401 || answer.url.origin !== url.origin)
        throw refusal(answer, `${name}/${repository}/${path}`, name, { said, now: options.now() });
      // A remembered token may have run out: once more with a fresh one, then it is a refusal.
      if (logins === 1) {
        throw unauthorized(name, repository, {
          hadCredentials: (await this.credentials(name, run)) !== undefined,
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

  /** Tries again what may pass: up to three times, with growing pauses or those the registry asks for. */
  async retrying<T>(run: Run, attempt: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        run.signal.throwIfAborted();
        const wished = error instanceof Refusal ? error.retryAfterMs : undefined;
        const passing = error instanceof Refusal ? error.retryable : isPassing(error);
        if (!passing || (wished !== undefined && wished > maxRetryAfterMs)) throw error;
        if (tries > maxRetries) throw triedOften(error, tries);
        await this.pause(tries, run, wished);
      }
    }
  }

  /** Waits before another try. */
  pause(tries: number, run: Run, wishedMs?: number): Promise<void> {
    const { sleep, random } = this.options;
    const backoffMs = Math.round(500 * 2 ** (tries - 1) * (0.5 + random()));
    return sleep(wishedMs ?? backoffMs, run.signal);
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

  private async probe(host: string, run: Run): Promise<string> {
    try {
      (
        await this.exchange.ask({ url: new URL(`https://${host}/v2/`), headers: {} }, run)
      ).discard();
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code === 'REGISTRY_PLAIN_HTTP_REFUSED' || isPassing(error)) return `http://${host}`;
      if (error.code !== 'REGISTRY_TLS') throw error;
    }
    return `https://${host}`;
  }

  private credentials(host: string, run: Run): Promise<Credentials | undefined> {
    const { dockerConfigPath, credentialHelper } = this.options;
    if (dockerConfigPath === undefined) return Promise.resolve(undefined);
    const known = this.logins.get(host);
    if (known !== undefined) return known;
    const found = findCredentials(host, dockerConfigPath, run, credentialHelper);
    this.logins.set(host, found);
    found.catch(() => this.logins.delete(host));
    return found;
  }
}

/** The same failure, which says how often it was tried. */
export function triedOften(error: unknown, tries: number): unknown {
  if (!(error instanceof RegistryError)) return error;
  return new RegistryError(error.code, `${error.message}; tried ${tries} times`, {
    suggestions: error.suggestions,
    cause: error.cause ?? error,
  });
}
