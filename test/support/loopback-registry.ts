import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { annotationKeys, type Descriptor, mediaTypes } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { referrerDescriptor, subjectOf } from '../../src/oci/referrer.ts';
import { decodeTar } from './hostile-tar.ts';

const bundleType = 'application/vnd.defenseunicorns.uds.bundle.v1';
const evidenceType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What a registry gives for a page of a list of referrers, where a test says so. */
export interface ListPage {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What one repository on loopback serves, whatever it is called, and takes. Anybody may change the maps. */
export class LoopbackRegistry implements AsyncDisposable {
  readonly manifests = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  readonly blobs = new Map<string, Buffer>();
  /** Kind and name of everything that was asked for. */
  readonly asked: string[] = [];
  /** Kind and name of everything that was put. */
  readonly put: string[] = [];
  /** Whether it lists what is about something itself, as registries with the referrers API. */
  keepsLists = false;
  /** Answers for the list of a subject; undefined for what is usual. */
  page: (path: string) => ListPage | undefined = () => undefined;
  /** Whether a document is taken; a push can be made to end there. */
  takes: (name: string) => boolean = () => true;
  host = '';
  #server: Server | undefined;
  readonly #uploads = new Map<string, Buffer>();

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      const [, , kind = '', name = ''] =
        /^\/v2\/(.+?)\/(manifests|blobs|referrers|uploads)\/(.+)$/.exec(
          path.replace('/blobs/uploads/', '/uploads/+'),
        ) ?? [];
      if (path === '/v2/') response.writeHead(200).end('{}');
      else if (request.method === 'GET' || request.method === 'HEAD') {
        if (kind !== '' && request.method === 'GET') this.asked.push(`${kind} ${name}`);
        if (kind === 'referrers') this.#list(path, name, response);
        else this.#give(kind, name, response);
      } else void this.#take(request, response, kind, name);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.host = `127.0.0.1:${address.port}`;
    this.#server = server;
    return this;
  }

  #give(kind: string, name: string, response: ServerResponse): void {
    const manifest = this.manifests.get(name);
    const found = kind === 'blobs' ? this.blobs.get(name) : manifest?.bytes;
    const type = kind === 'blobs' ? 'application/octet-stream' : (manifest?.type ?? '');
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type }).end(found);
  }

  #list(path: string, name: string, response: ServerResponse): void {
    const told = this.page(path);
    if (told !== undefined) {
      const type = { 'content-type': mediaTypes.ociIndex };
      response.writeHead(told.status ?? 200, { ...type, ...told.headers }).end(told.body ?? '');
      return;
    }
    if (!this.keepsLists) {
      response.writeHead(404).end();
      return;
    }
    const [subject = ''] = name.split('?');
    const about = new Map(
      [...this.manifests.values()]
        .map(({ type: mediaType, bytes }) => ({ mediaType, bytes, digest: digestOf(bytes) }))
        .filter((each) => subjectOf(each) === subject)
        .map((each) => [each.digest, referrerDescriptor(each)]),
    );
    const manifests = [...about.values()];
    const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
    response.writeHead(200, { 'content-type': mediaTypes.ociIndex }).end(JSON.stringify(index));
  }

  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    kind: string,
    name: string,
  ): Promise<void> {
    const chunks: Buffer[] = await Array.fromAsync(request);
    const body = Buffer.concat(chunks);
    const [upload = '', query = ''] = name.split('?');
    if (kind === 'uploads' && request.method === 'POST') {
      const id = `+${this.#uploads.size}`;
      this.#uploads.set(id, Buffer.alloc(0));
      response.writeHead(202, { location: `/v2/x/uploads/${id}` }).end();
    } else if (kind === 'uploads' && request.method === 'PATCH') {
      this.#uploads.set(upload, Buffer.concat([this.#uploads.get(upload) ?? body, body]));
      response.writeHead(202, { location: `/v2/x/uploads/${upload}` }).end();
    } else if (kind === 'uploads') {
      const content = this.#uploads.get(upload) ?? Buffer.alloc(0);
      const wanted = new URLSearchParams(query).get('digest');
      if (digestOf(content) === wanted) this.blobs.set(wanted, content);
      this.put.push(`blobs ${wanted}`);
      response.writeHead(digestOf(content) === wanted ? 201 : 400).end();
    } else if (!this.takes(name)) response.writeHead(403).end();
    else {
      const type = request.headers['content-type'] ?? '';
      this.document(type, body, name.startsWith('sha256:') ? undefined : name);
      this.put.push(`manifests ${name}`);
      const about = this.keepsLists ? subjectOf({ bytes: body, digest: name }) : undefined;
      response.writeHead(201, about === undefined ? {} : { 'oci-subject': about }).end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  blob(mediaType: string, bytes: Buffer | string): Descriptor {
    const content = Buffer.from(bytes);
    this.blobs.set(digestOf(content), content);
    return { mediaType, digest: digestOf(content), size: content.length };
  }

  /** A manifest or index, exactly these bytes, by digest and by tag. */
  document(mediaType: string, bytes: Buffer | string, tag?: string): Descriptor {
    const content = Buffer.from(bytes);
    for (const name of [digestOf(content), tag ?? []].flat())
      this.manifests.set(name, { type: mediaType, bytes: content });
    return { mediaType, digest: digestOf(content), size: content.length };
  }

  /** As publishing puts it: an index over architectures at the tag. */
  tag(tag: string, entry: Descriptor, architectures: readonly string[] = ['amd64']): void {
    const manifests = architectures.map((architecture) => ({
      ...entry,
      platform: { architecture, os: 'multi' },
    }));
    const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
    this.document(mediaTypes.ociIndex, JSON.stringify(index), tag);
  }

  /** A Zarf package as it is published: one layer for each file. */
  package(archive: Uint8Array, tag: string): Descriptor {
    const layers = filesOf(archive).map(({ name, content }) => ({
      ...this.blob(mediaTypes.zarfLayer, content),
      annotations: { [annotationKeys.title]: name },
    }));
    const config = this.blob(mediaTypes.zarfConfig, '{}');
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers };
    const entry = this.document(mediaTypes.ociManifest, JSON.stringify(manifest));
    this.tag(tag, entry);
    return entry;
  }

  /** A legacy bundle as it is published: its root manifest, everything else as blobs. */
  legacyBundle(archive: Uint8Array, tag: string): Descriptor {
    const files = filesOf(archive);
    for (const { name, content } of files) if (name.startsWith('blobs/')) this.blob('', content);
    const root = entriesOf(files, 'index.json')[0]?.digest ?? '';
    const entry = this.document(mediaTypes.ociManifest, this.blobs.get(root) ?? '');
    this.tag(tag, entry);
    return entry;
  }

  /** A bundle of the next format as it is published: its index, its manifests, its signature beside it. */
  nextBundle(archive: Uint8Array, tag: string): Descriptor {
    const files = filesOf(archive);
    for (const { name, content } of files)
      if (name.startsWith('oci/blobs/')) this.blob('', content);
    const index = files.find(({ name }) => name === 'oci/index.json')?.content ?? '';
    for (const { digest, mediaType } of entriesOf(files, 'oci/index.json'))
      this.document(mediaType, this.blobs.get(digest) ?? '');
    const entry = { ...this.document(mediaTypes.ociIndex, index), artifactType: bundleType };
    this.tag(tag, entry);
    const evidence = files.find(({ name }) => name === 'uds.bundle.sig');
    if (evidence !== undefined) this.evidence(entry.digest, [evidence.content]);
    return entry;
  }

  /** Signatures beside a document. */
  evidence(of: Digest, contents: readonly Buffer[]): void {
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: evidenceType,
      config: this.blob(mediaTypes.ociEmpty, '{}'),
      layers: contents.map((content) => this.blob(evidenceType, content)),
    };
    this.document(mediaTypes.ociManifest, JSON.stringify(manifest), of.replace(':', '-'));
  }
}

function filesOf(
  archive: Uint8Array,
): readonly { readonly name: string; readonly content: Buffer }[] {
  return decodeTar(Buffer.from(archive)).filter(({ type }) => type === 'file');
}

function entriesOf(
  files: readonly { readonly name: string; readonly content: Buffer }[],
  index: string,
): readonly { readonly digest: Digest; readonly mediaType: string }[] {
  const content = files.find(({ name }) => name === index)?.content.toString() ?? '{}';
  return JSON.parse(content).manifests ?? [];
}
