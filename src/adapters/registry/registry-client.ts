import type { ChunkSource } from '../../archive/chunk-source.ts';
import { freeNow } from '../../archive/compute-in-thread.ts';
import { type Digest, digestOf, isDigest } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import { verified } from '../../oci/verified.ts';
import type { Run } from '../../support/run.ts';
import { type Endpoint, readingEndpoints } from './endpoint.ts';
import type { Answer } from './http-request.ts';
import { manifestAccept } from './manifest-types.ts';
import { readLimited } from './read-limited.ts';
import { wrongDigest } from './refusal.ts';
import {
  isTold,
  type RegistryClientOptions,
  RegistryConnection,
  type Repository,
  triedOften,
} from './registry-connection.ts';
import { RegistryContentError } from './registry-error.ts';
import { maxRetries } from './retry.ts';
import { isPassing } from './transport-failure.ts';

/** A manifest or index, exactly as served, with its digest computed here. */
export interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** Without parameters, lower case; `''` when the registry did not say. */
  readonly contentType: string;
}

const maxManifestBytes = 4 << 20;

/** Reads from registries, and only reads. @see OCI distribution-spec 1.1, pull */
export class RegistryClient {
  readonly #connection: RegistryConnection;

  constructor(options: RegistryClientOptions, connection = new RegistryConnection(options)) {
    this.#connection = connection;
  }

  /**
   * A manifest by tag or digest, its bytes compared with the digest asked for and the one the registry claims.
   * @throws RegistryError all codes, RegistryContentError REGISTRY_DIGEST, REGISTRY_DOCUMENT
   */
  manifest(at: Repository, tagOrDigest: string, run: Run): Promise<FetchedManifest> {
    const path = `manifests/${tagOrDigest}`;
    const question = { path, headers: { accept: manifestAccept }, expected: [200] };
    return this.#connection.reading(at, run, (endpoint) => {
      const { name } = endpoint;
      const subject = `${name}/${at.repository}${isDigest(tagOrDigest) ? '@' : ':'}${tagOrDigest}`;
      return this.#connection.retrying(run, async () => {
        const answer = await this.#connection.ask(endpoint, at.repository, question, run);
        return readManifest(answer, tagOrDigest, subject, name);
      });
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
    this.#connection.close();
  }

  /** @throws RegistryError REGISTRY_HOST_REFUSED, REGISTRY_PLAIN_HTTP_REFUSED */
  endpoint(at: Repository): Endpoint {
    return this.#connection.endpoint(at);
  }

  /**
   * A blob as a stream, for a reader that compares digest and size itself; a broken connection is resumed.
   * @param offset bytes at its beginning that the reader has
   * @throws RegistryError all codes; RegistryContentError REGISTRY_DIGEST for another length
   */
  blobUnchecked(
    at: Repository,
    blob: { readonly digest: Digest; readonly size: number },
    run: Run,
    offset = 0,
  ): ChunkSource {
    // Thousands of pieces, each its own memory: a collector that went after them would take a tenth of the time.
    return {
      [Symbol.asyncIterator]: () => this.#blobFromAny(at, blob, offset, run),
      recycle: freeNow,
    };
  }

  async *#blobFromAny(
    at: Repository,
    blob: { readonly digest: Digest; readonly size: number },
    offset: number,
    run: Run,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    // Nothing is missing: a registry would give the whole to whoever asks for what is behind it.
    if (offset > 0 && offset >= blob.size) return;
    const progress = { offset };
    // Each endpoint goes on where the one before it ended.
    const endpoints = readingEndpoints(at.registry, this.#connection.options);
    for (const [index, endpoint] of endpoints.entries()) {
      try {
        yield* this.#blobFrom(endpoint, at, { ...blob, progress }, run);
        return;
      } catch (error) {
        const next = endpoints[index + 1];
        run.signal.throwIfAborted();
        if (next === undefined || !isTold(error)) throw error;
        this.#connection.tellNext(at, endpoint, error, next, run);
      }
    }
  }

  async *#blobFrom(
    endpoint: Endpoint,
    at: Repository,
    { digest, size, progress }: WantedBlob,
    run: Run,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for (let failures = 0; ; ) {
      const before = progress.offset;
      // Tried often enough in there: what comes out of it is the end.
      const answer = await this.#connection.retrying(run, () =>
        this.#askBlob(endpoint, at, digest, before, run),
      );
      try {
        let skip = before - startOf(answer, { digest, size, offset: before }, endpoint, at);
        for await (const chunk of answer.body) {
          const rest = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.byteLength));
          skip -= chunk.byteLength - rest.byteLength;
          progress.offset += rest.byteLength;
          if (rest.byteLength > 0) yield rest;
        }
        return;
      } catch (error) {
        if (!isPassing(error) || progress.offset >= size) throw error;
        // Steady progress over a bad line is fine; four breaks without a mebibyte are not.
        failures = progress.offset - before >= 1 << 20 ? 1 : failures + 1;
        if (failures > maxRetries) throw triedOften(error, failures);
        await this.#connection.pause(failures, run);
      }
    }
  }

  async #askBlob(
    endpoint: Endpoint,
    { repository }: Repository,
    digest: Digest,
    offset: number,
    run: Run,
  ): Promise<Answer> {
    const path = `blobs/${digest}`;
    const whole = { path, headers: {}, expected: [200] };
    if (offset === 0) return this.#connection.ask(endpoint, repository, whole, run);
    const rest = { path, headers: { range: `bytes=${offset}-` }, expected: [200, 206, 416] };
    const answer = await this.#connection.ask(endpoint, repository, rest, run);
    if (answer.status !== 416) return answer;
    // Whoever cannot begin there has to begin at the beginning.
    answer.discard();
    return this.#connection.ask(endpoint, repository, whole, run);
  }
}

interface WantedBlob {
  readonly digest: Digest;
  readonly size: number;
  /** What of it came so far. */
  readonly progress: { offset: number };
}

/** @throws RegistryContentError REGISTRY_DIGEST, REGISTRY_DOCUMENT */
async function readManifest(
  answer: Answer,
  tagOrDigest: string,
  subject: string,
  host: string,
): Promise<FetchedManifest> {
  const bytes = await readLimited(answer, maxManifestBytes);
  if (bytes === undefined) {
    throw new RegistryContentError(
      'REGISTRY_DOCUMENT',
      `the manifest ${subject} has more than ${maxManifestBytes} bytes`,
      { suggestions: ['A manifest of this size is no container image: check the reference'] },
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
        host,
        `it has digest ${digest}, promised was ${promised}`,
      );
  }
  const contentType =
    (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return { bytes, digest, contentType };
}

/**
 * Where an answer begins: a server that ignores the range starts over.
 * @throws RegistryContentError REGISTRY_DIGEST: it cannot be the rest of this blob, known before it is read
 */
function startOf(
  answer: Answer,
  { digest, size, offset }: { digest: Digest; size: number; offset: number },
  { name }: Endpoint,
  { repository }: Repository,
): number {
  const range = /^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '');
  const start = answer.status === 206 ? Number(range?.[1] ?? offset) : 0;
  const length = answer.headers['content-length'];
  const wrong =
    start > offset
      ? `it goes on at byte ${start}, asked for was ${offset}`
      : length !== undefined && start + Number(length) !== size
        ? `it has ${start + Number(length)} bytes, promised were ${size}`
        : undefined;
  if (wrong === undefined) return start;
  answer.discard();
  throw wrongDigest(`blob ${digest} of ${name}/${repository}`, name, wrong);
}
