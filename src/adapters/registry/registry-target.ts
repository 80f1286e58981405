import { type Digest, isDigest } from '../../oci/digest.ts';
import type { BlobSource } from '../../ports/blob-store.ts';
import type { BlobArrival, PushedDocument, RegistryTarget } from '../../ports/registry-target.ts';
import type { Run } from '../../support/run.ts';
import { chooseEndpoint, type Endpoint } from './endpoint.ts';
import { type ClientSettings, clientOptions } from './make-client.ts';
import { manifestAccept } from './manifest-types.ts';
import { wrongDigest } from './refusal.ts';
import { type FetchedManifest, RegistryClient } from './registry-client.ts';
import { RegistryConnection } from './registry-connection.ts';
import { uploadBlob } from './upload-blob.ts';
import { whoAnswers } from './who-answers.ts';

/** A registry that is written to. @see OCI distribution-spec 1.1, push */
export class PushTarget implements RegistryTarget {
  readonly host: string;
  readonly prefix: string;
  readonly #settings: ClientSettings;
  readonly #endpoint: Endpoint;
  #open: Promise<{ connection: RegistryConnection; client: RegistryClient }> | undefined;

  /**
   * @param place `host[:port][/prefix]`
   * @throws RegistryError REGISTRY_HOST_REFUSED, REGISTRY_PLAIN_HTTP_REFUSED
   */
  constructor(place: string, settings: Omit<ClientSettings, 'hosts'>) {
    const [host = '', ...rest] = place.split('/');
    this.#settings = { ...settings, hosts: [host] };
    this.#endpoint = chooseEndpoint(host, this.#settings);
    this.host = host;
    this.prefix = rest.join('/');
  }

  async preflight(run: Run): Promise<void> {
    const { connection } = await this.#connect();
    await whoAnswers(connection, this.#endpoint, run);
  }

  async find(repository: string, tagOrDigest: string, run: Run): Promise<Digest | undefined> {
    const { connection } = await this.#connect();
    const path = `manifests/${tagOrDigest}`;
    const answer = await connection.retrying(run, () =>
      connection.ask(
        this.#endpoint,
        repository,
        { path, method: 'HEAD', headers: { accept: manifestAccept }, expected: [200, 404] },
        run,
      ),
    );
    answer.discard();
    if (answer.status === 404) return undefined;
    const named = answer.headers['docker-content-digest'];
    if (typeof named === 'string' && isDigest(named)) return named;
    // A registry that does not say: its bytes do.
    return (await this.#read(repository, tagOrDigest, run)).digest;
  }

  async read(
    repository: string,
    tagOrDigest: string,
    run: Run,
  ): Promise<PushedDocument | undefined> {
    if ((await this.find(repository, tagOrDigest, run)) === undefined) return undefined;
    const { bytes, digest, contentType } = await this.#read(repository, tagOrDigest, run);
    return { mediaType: contentType, digest, bytes };
  }

  async pushBlob(
    repository: string,
    blob: BlobSource,
    others: readonly string[],
    run: Run,
  ): Promise<BlobArrival> {
    const { connection } = await this.#connect();
    return uploadBlob({ connection, endpoint: this.#endpoint, repository }, blob, others, run);
  }

  async pushDocument(
    repository: string,
    { mediaType, digest, bytes }: PushedDocument,
    tag: string | undefined,
    run: Run,
  ): Promise<{ readonly subject: Digest | undefined }> {
    const { connection } = await this.#connect();
    const answer = await connection.retrying(run, () =>
      connection.ask(
        this.#endpoint,
        repository,
        {
          path: `manifests/${tag ?? digest}`,
          method: 'PUT',
          headers: { 'content-type': mediaType },
          body: bytes,
          expected: [201, 202, 200],
        },
        run,
      ),
    );
    answer.discard();
    const { digest: found } = await this.#read(repository, tag ?? digest, run);
    if (found !== digest)
      throw wrongDigest(
        `${this.host}/${repository}:${tag ?? digest}`,
        this.host,
        `${found} stands there after ${digest} was put`,
      );
    const subject = answer.headers['oci-subject'];
    return { subject: typeof subject === 'string' && isDigest(subject) ? subject : undefined };
  }

  async #read(repository: string, name: string, run: Run): Promise<FetchedManifest> {
    const { client } = await this.#connect();
    return client.manifest({ registry: this.host, repository }, name, run);
  }

  #connect(): Promise<{ connection: RegistryConnection; client: RegistryClient }> {
    this.#open ??= clientOptions(this.#settings).then((options) => {
      const connection = new RegistryConnection(options);
      return { connection, client: new RegistryClient(options, connection) };
    });
    return this.#open;
  }
}
