import { createServer, type Server } from 'node:http';
import { annotationKeys, type Descriptor, mediaTypes } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { decodeTar } from './hostile-tar.ts';

const bundleType = 'application/vnd.defenseunicorns.uds.bundle.v1';
const evidenceType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What one repository on loopback serves. Anybody may change the maps. */
export class LoopbackRegistry implements AsyncDisposable {
  readonly manifests = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  readonly blobs = new Map<string, Buffer>();
  /** Kind and name of everything that was asked for. */
  readonly asked: string[] = [];
  host = '';
  #server: Server | undefined;

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      const [, kind, name = ''] = /^\/v2\/team\/app\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
      if (kind !== undefined) this.asked.push(`${kind} ${name}`);
      const manifest = this.manifests.get(name);
      const found = kind === 'blobs' ? this.blobs.get(name) : manifest?.bytes;
      const type = kind === 'blobs' ? 'application/octet-stream' : (manifest?.type ?? '');
      if (found === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': type }).end(found);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.host = `127.0.0.1:${address.port}`;
    this.#server = server;
    return this;
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
