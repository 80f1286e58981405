import { readFile } from 'node:fs/promises';
import { type Descriptor, mediaTypes, type Platform } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { normalizeReference } from '../../oci/reference.ts';
import type { ArtifactSource, PublishedArtifact } from '../../ports/artifact-source.ts';
import type { ImageBlob, ImageSource, ResolvedImage } from '../../ports/image-source.ts';
import type { Run } from '../../support/run.ts';
import type { HostRules } from './endpoint.ts';
import { readPublished } from './fetch-artifact.ts';
import {
  type FetchedManifest,
  RegistryClient,
  type RegistryClientOptions,
  type Repository,
} from './registry-client.ts';
import {
  bad,
  parseConfigPlatform,
  parseRegistryDocument,
  type RegistryDocument,
} from './registry-document.ts';
import { RegistryContentError, RegistryError } from './registry-error.ts';

/** A registry entry of the ordered list of sources. */
export interface RegistrySourceOptions extends HostRules {
  /** How reports call this source; `registry` unless given. */
  readonly name?: string;
  /** PEM file of an own authority, trusted beside the usual ones. */
  readonly caFile?: string;
  /** Docker's `config.json`; without it, or when it is missing, everything is asked anonymously. */
  readonly dockerConfigPath?: string;
  readonly sleep?: RegistryClientOptions['sleep'];
  readonly random?: RegistryClientOptions['random'];
  readonly lookup?: RegistryClientOptions['lookup'];
  readonly stallTimeoutMs?: number;
}

const maxConfigBytes = 4 << 20;
const maxIndexDepth = 3;
const configTypes: readonly string[] = [mediaTypes.ociConfig, mediaTypes.dockerConfig];

/** Images and published packages of registries. @see OCI distribution-spec 1.1 */
export class RegistrySource implements ImageSource, ArtifactSource {
  readonly name: string;
  private readonly options: RegistrySourceOptions;
  private client: Promise<RegistryClient> | undefined;

  constructor(options: RegistrySourceOptions) {
    this.name = options.name ?? 'registry';
    this.options = options;
  }

  /**
   * Finds an image; a multi-arch index is narrowed to the platform (variants are not compared),
   * unless the reference names the index itself by digest: then it is kept whole.
   * @returns undefined when the registry does not have it, or its host is not one of this source's
   * @throws RegistryError, RegistryContentError all codes; OciError OCI_REFERENCE_INVALID
   */
  async resolve(
    reference: string,
    platform: Platform,
    run: Run,
  ): Promise<ResolvedImage | undefined> {
    const at = normalizeReference(reference);
    const client = await this.connect();
    const fetched = await this.asked(run, () =>
      client.manifest(at, at.digest ?? at.tag ?? 'latest', run),
    );
    if (fetched === undefined) return undefined;
    const subject = at.normalized;
    const document = parseRegistryDocument(fetched, subject);
    const blobs = new Map<Digest, ImageBlob>();
    const walk: Walk = { client, at, platform, subject, blobs, run };
    const found = {
      reference,
      normalized: at.normalized,
      source: `${this.name} ${client.endpoint(at).name}`,
    };
    if (document.kind === 'manifest') {
      const root = descriptorOf(fetched, document);
      await takeManifest(walk, root, fetched, document);
      await requirePlatform(walk, document);
      return { ...found, root, blobs: [...blobs.values()] };
    }
    const chosen = document.manifests.find((child) => fits(child.platform, platform));
    if (chosen === undefined) throw noPlatform(subject, platform, document.manifests);
    if (at.digest !== undefined) {
      const root = descriptorOf(fetched, document);
      await takeIndex(walk, root, fetched, document, 1);
      return { ...found, root, blobs: [...blobs.values()] };
    }
    const { bytes, document: manifest } = await child(walk, chosen);
    if (manifest.kind !== 'manifest')
      throw bad(subject, `its entry for ${platform.os}/${platform.architecture} is another index`);
    const root = {
      ...descriptorOf(bytes, manifest),
      ...(chosen.platform === undefined ? {} : { platform: chosen.platform }),
    };
    await takeManifest(walk, root, bytes, manifest);
    await requirePlatform(walk, manifest);
    return { ...found, root, indexDigest: fetched.digest, blobs: [...blobs.values()] };
  }

  /** As `ArtifactSource`. @throws RegistryError, RegistryContentError all codes; OciError OCI_REFERENCE_INVALID */
  async fetchArtifact(
    reference: string,
    { architecture }: { readonly architecture: string },
    run: Run,
  ): Promise<PublishedArtifact | undefined> {
    const at = normalizeReference(reference);
    const client = await this.connect();
    const address = { ...at, tagOrDigest: at.digest ?? at.tag ?? 'latest' };
    const fetched = await this.asked(run, () => client.manifest(at, address.tagOrDigest, run));
    return fetched === undefined
      ? undefined
      : await readPublished(client, address, fetched, architecture, run);
  }

  /** undefined when another source should be asked: not there, or a host that is not ours to ask. */
  private async asked<T>(run: Run, question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code === 'REGISTRY_HOST_REFUSED') {
        run.onProgress?.({ kind: 'note', message: `${this.name}: ${error.message}` });
        return undefined;
      }
      if (error.code === 'REGISTRY_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** The client behind, made on first use. @throws RegistryError REGISTRY_TLS when the CA file cannot be read */
  async connect(): Promise<RegistryClient> {
    this.client ??= makeClient(this.options);
    return await this.client;
  }
}

/** A client for these options. @throws RegistryError REGISTRY_TLS when the CA file cannot be read */
export async function makeClient(options: RegistrySourceOptions): Promise<RegistryClient> {
  const { caFile, lookup, stallTimeoutMs, dockerConfigPath, overrides, plainHttp } = options;
  const ca = caFile === undefined ? undefined : await readAuthorities(caFile);
  return new RegistryClient({
    hosts: options.hosts,
    ...(overrides === undefined ? {} : { overrides }),
    ...(plainHttp === undefined ? {} : { plainHttp }),
    ...(ca === undefined ? {} : { ca }),
    ...(dockerConfigPath === undefined ? {} : { dockerConfigPath }),
    ...(lookup === undefined ? {} : { lookup }),
    ...(stallTimeoutMs === undefined ? {} : { stallTimeoutMs }),
    sleep: options.sleep ?? pause,
    // Spreads retries in time; no result depends on it.
    random: options.random ?? Math.random,
  });
}

interface Walk {
  readonly client: RegistryClient;
  readonly at: Repository;
  readonly platform: Platform;
  readonly subject: string;
  readonly blobs: Map<Digest, ImageBlob>;
  readonly run: Run;
}

async function takeIndex(
  walk: Walk,
  self: Descriptor,
  fetched: FetchedManifest,
  index: RegistryDocument & { kind: 'index' },
  depth: number,
): Promise<void> {
  if (depth > maxIndexDepth)
    throw bad(walk.subject, `indexes are nested deeper than ${maxIndexDepth}`);
  if (!takeHeld(walk, self, fetched.bytes, 'index')) return;
  for (const descriptor of index.manifests) {
    if (walk.blobs.has(descriptor.digest)) continue;
    const { bytes, document } = await child(walk, descriptor);
    if (document.kind === 'manifest') await takeManifest(walk, descriptor, bytes, document);
    else await takeIndex(walk, descriptor, bytes, document, depth + 1);
  }
}

async function takeManifest(
  walk: Walk,
  self: Descriptor,
  fetched: FetchedManifest,
  manifest: RegistryDocument & { kind: 'manifest' },
): Promise<void> {
  if (!takeHeld(walk, self, fetched.bytes, 'manifest')) return;
  takeRemote(walk, manifest.config, 'config');
  for (const layer of manifest.layers) takeRemote(walk, layer, 'layer');
}

function takeHeld(
  { blobs, subject }: Walk,
  { digest, size, mediaType }: Descriptor,
  bytes: Uint8Array,
  role: 'index' | 'manifest',
): boolean {
  const known = blobs.get(digest);
  if (known !== undefined) return false;
  if (size !== bytes.byteLength)
    throw bad(subject, `${digest} has ${bytes.byteLength} bytes, ${size} were announced`);
  blobs.set(digest, {
    digest,
    size,
    mediaType,
    role,
    async *open(run) {
      run.signal.throwIfAborted();
      yield bytes;
    },
  });
  return true;
}

function takeRemote(
  { blobs, client, at, subject }: Walk,
  { digest, size, mediaType }: Descriptor,
  role: 'config' | 'layer',
): void {
  const known = blobs.get(digest);
  if (known === undefined) {
    blobs.set(digest, {
      digest,
      size,
      mediaType,
      role,
      open: (run) => client.blob(at, { digest, size }, run),
    });
  } else if (known.size !== size) {
    throw bad(subject, `${digest} is announced with ${known.size} and with ${size} bytes`);
  }
}

async function child(
  { client, at, subject, run }: Walk,
  descriptor: Descriptor,
): Promise<{ bytes: FetchedManifest; document: RegistryDocument }> {
  const bytes = await client.manifest(at, descriptor.digest, run);
  const document = parseRegistryDocument(bytes, `${subject}, entry ${descriptor.digest},`);
  if (document.mediaType !== descriptor.mediaType) {
    throw bad(
      subject,
      `${descriptor.digest} is announced as ${descriptor.mediaType} but is ${document.mediaType}`,
    );
  }
  if (bytes.bytes.byteLength !== descriptor.size) {
    throw bad(
      subject,
      `${descriptor.digest} has ${bytes.bytes.byteLength} bytes, ${descriptor.size} were announced`,
    );
  }
  return { bytes, document };
}

/** Charts, signatures and other artifacts have no platform and pass; an image of another platform would be packed unnoticed. */
async function requirePlatform(
  { client, at, subject, platform, run }: Walk,
  { config }: RegistryDocument & { kind: 'manifest' },
): Promise<void> {
  if (!configTypes.includes(config.mediaType)) return;
  if (config.size > maxConfigBytes)
    throw bad(subject, `its config has more than ${maxConfigBytes} bytes`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of client.blob(at, config, run)) chunks.push(chunk);
  const found = parseConfigPlatform(Buffer.concat(chunks), subject);
  if (!fits(found, platform)) throw noPlatform(subject, platform, [{ platform: found }]);
}

function fits(found: Platform | undefined, wanted: Platform): boolean {
  return found?.architecture === wanted.architecture && found.os === wanted.os;
}

function noPlatform(
  subject: string,
  wanted: Platform,
  found: readonly { readonly platform?: Platform }[],
): RegistryContentError {
  const names = [
    ...new Set(
      found.map(({ platform }) =>
        platform === undefined ? 'unnamed' : `${platform.os}/${platform.architecture}`,
      ),
    ),
  ];
  return new RegistryContentError(
    'REGISTRY_PLATFORM',
    `${subject} is there for ${names.slice(0, 12).join(', ') || 'no platform'}, not for ${wanted.os}/${wanted.architecture}`,
    {
      suggestions: [
        'Choose a tag or digest that has this platform, or change architecture in cowa-release.yaml',
      ],
    },
  );
}

function descriptorOf(
  { bytes, digest }: FetchedManifest,
  { mediaType }: RegistryDocument,
): Descriptor {
  return { mediaType, digest, size: bytes.byteLength };
}

async function readAuthorities(path: string): Promise<readonly string[]> {
  const { rootCertificates } = await import('node:tls');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badAuthority(`${path} cannot be read`, error);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw badAuthority(`${path} holds no PEM certificate`);
  return [...rootCertificates, text];
}

function badAuthority(message: string, cause?: unknown): RegistryError {
  return new RegistryError('REGISTRY_TLS', message, {
    cause,
    suggestions: [
      'Name a PEM file with the certificate of your authority as caFile of the registry source',
    ],
  });
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
