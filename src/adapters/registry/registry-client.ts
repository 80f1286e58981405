import { type Digest, digestOf, isDigest } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import { verified } from '../../oci/verified.ts';
import type { Run } from '../../support/run.ts';
import { type CredentialHelper, type Credentials, findCredentials } from './docker-credentials.ts';
import { chooseEndpoint, type Endpoint, type HostRules } from './endpoint.ts';
import { type Answer, type ExchangeOptions, HttpExchange } from './http-exchange.ts';
import { manifestAccept } from './manifest-types.ts';
import { readLimited } from './read-limited.ts';
import { Refusal, refusal, wrongDigest } from './refusal.ts';
import { RegistryAuth, unauthorized } from './registry-auth.ts';
import { RegistryContentError, RegistryError } from './registry-error.ts';
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

/** A manifest or index, exactly as served, with its digest computed here. */
export interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** Without parameters, lower case; `''` when the registry did not say. */
  readonly contentType: string;
}

const maxRetries = 3;
const maxManifestBytes = 4 << 20;
const maxRetryAfterMs = 120_000;

/** Reads from registries, and only reads. @see OCI distribution-spec 1.1, pull */
export class RegistryClient {
  private readonly options: RegistryClientOptions;
  private readonly exchange: HttpExchange;
  private readonly auth: RegistryAuth;
  private readonly logins = new Map<string, Promise<Credentials | undefined>>();
  private readonly origins = new Map<string, Promise<string>>();

  constructor(options: RegistryClientOptions) {
    this.options = options;
    const { ca, lookup } = options;
    this.exchange = new HttpExchange({
      rules: options,
      stallTimeoutMs: options.stallTimeoutMs ?? 60_000,
      ...(ca === undefined ? {} : { ca }),
      ...(lookup === undefined ? {} : { lookup }),
    });
    this.auth = new RegistryAuth({
      exchange: this.exchange,
      rules: options,
      credentials: (host, run) => this.credentials(host, run),
    });
  }

  /**
   * A manifest by tag or digest, its bytes compared with the digest asked for and the one the registry claims.
   * @throws RegistryError all codes, RegistryContentError REGISTRY_DIGEST, REGISTRY_DOCUMENT
   */
  async manifest(at: Repository, tagOrDigest: string, run: Run): Promise<FetchedManifest> {
    const { name } = this.endpoint(at);
    const subject = `${name}/${at.repository}${isDigest(tagOrDigest) ? '@' : ':'}${tagOrDigest}`;
    return this.retrying(run, async () => {
      const answer = await this.get(
        at,
        `manifests/${tagOrDigest}`,
        { accept: manifestAccept },
        run,
      );
      const bytes = await readLimited(answer, maxManifestBytes);
      if (bytes === undefined) {
        throw new RegistryContentError(
          'REGISTRY_DOCUMENT',
          `the manifest ${subject} has more than ${maxManifestBytes} bytes`,
          {
            suggestions: ['A manifest of this size is no container image: check the reference'],
          },
        );
      }
      const digest = digestOf(bytes);
      const claimed = answer.headers['docker-content-digest'];
      const promises = [
        isDigest(tagOrDigest) ? tagOrDigest : digest,
        typeof claimed === 'string' && claimed.startsWith('sha256:') ? claimed : digest,
      ];
      for (const promised of promises) {
        if (promised !== digest)
          throw wrongDigest(
            `the manifest ${subject}`,
            name,
            `it has digest ${digest}, promised was ${promised}`,
          );
      }
      const contentType =
        (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
      return { bytes, digest, contentType };
    });
  }

  /**
   * A blob as a stream, checked in passing; a broken connection is resumed where it broke.
   * @throws RegistryError all codes, RegistryContentError REGISTRY_DIGEST
   */
  async *blob(
    at: Repository,
    expected: { readonly digest: Digest; readonly size: number },
    run: Run,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* verified(this.blobUnchecked(at, expected, run), expected);
    } catch (error) {
      throw error instanceof OciError ? this.otherContent(at, error) : error;
    }
  }

  /** What a mismatch between a blob and its digest or size is called here. */
  otherContent(at: Repository, cause: OciError): RegistryContentError {
    const { name } = this.endpoint(at);
    return wrongDigest(`a blob of ${name}/${at.repository}`, name, cause.message, cause);
  }

  /** Closes idle connections; the client can be used again. */
  close(): void {
    this.exchange.close();
  }

  /** @throws RegistryError REGISTRY_HOST_REFUSED, REGISTRY_PLAIN_HTTP_REFUSED */
  endpoint({ registry }: Repository): Endpoint {
    return chooseEndpoint(registry, this.options);
  }

  /**
   * A blob as a stream, for a reader that compares digest and size itself; a broken connection is resumed.
   * @throws RegistryError all codes
   */
  async *blobUnchecked(
    at: Repository,
    { digest, size }: { readonly digest: Digest; readonly size: number },
    run: Run,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let offset = 0;
    for (let failures = 0; ; ) {
      const before = offset;
      const range: Readonly<Record<string, string>> =
        offset === 0 ? {} : { range: `bytes=${offset}-` };
      try {
        const answer = await this.retrying(run, () => this.get(at, `blobs/${digest}`, range, run));
        // A server that ignores the range starts over, or sends who knows what: the digest tells.
        let skip = answer.status === 206 ? 0 : offset;
        for await (const chunk of answer.body) {
          const rest = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.byteLength));
          skip -= chunk.byteLength - rest.byteLength;
          offset += rest.byteLength;
          if (rest.byteLength > 0) yield rest;
        }
        return;
      } catch (error) {
        if (!isPassing(error) || offset >= size) throw error;
        // Steady progress over a bad line is fine; four breaks without a mebibyte are not.
        failures = offset - before >= 1 << 20 ? 1 : failures + 1;
        if (failures > maxRetries) throw error;
        await this.options.sleep(this.backoffMs(failures), run.signal);
      }
    }
  }

  private async get(
    at: Repository,
    path: string,
    headers: Readonly<Record<string, string>>,
    run: Run,
  ): Promise<Answer> {
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
      if (answer.status === 200 || (answer.status === 206 && headers['range'] !== undefined))
        return answer;
      answer.discard();
      // Whoever we were sent on to gets no say in where the credentials of this host go.
      if (answer.status !== 401 || answer.url.origin !== url.origin)
        throw refusal(answer, `${name}/${repository}/${path}`, name);
      // A remembered token may have run out: once more with a fresh one, then it is a refusal.
      if (logins === 1)
        throw unauthorized(name, repository, (await this.credentials(name, run)) !== undefined);
      authorization = await this.auth.answer(
        name,
        repository,
        url,
        answer.headers['www-authenticate'],
        run,
      );
    }
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

  private async retrying<T>(run: Run, attempt: () => Promise<T>): Promise<T> {
    for (let retries = 1; ; retries += 1) {
      try {
        return await attempt();
      } catch (error) {
        run.signal.throwIfAborted();
        const wished = error instanceof Refusal ? error.retryAfterMs : undefined;
        if (
          retries > maxRetries ||
          !(error instanceof Refusal ? error.retryable : isPassing(error))
        )
          throw error;
        if (wished !== undefined && wished > maxRetryAfterMs) throw error;
        await this.options.sleep(wished ?? this.backoffMs(retries), run.signal);
      }
    }
  }

  private backoffMs(retries: number): number {
    return Math.round(500 * 2 ** (retries - 1) * (0.5 + this.options.random()));
  }
}
