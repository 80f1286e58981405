import type { PayloadConfig, PayloadOrigin } from '../config/release-definition.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { StoredBlob } from '../ports/blob-store.ts';
import type { ImageBlob } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { fetchFile } from './fetch-file.ts';
import type { FetchPorts } from './fetch-ports.ts';
import type { FetchedContent } from './fetched-workspace.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { RemoteInputError } from './input-error.ts';
import {
  encodedPath,
  gitBlobHash,
  type HubFile,
  hubFileAddress,
  hubHeaders,
  hubTree,
} from './model-hub.ts';
import { payloadName } from './payload-place.ts';
import { resolveImages } from './resolve-images.ts';
import { takeBlob } from './take-blob.ts';

/** Files of one payload asked for at once. */
const concurrency = 4;

/** Fetches one file of a payload that is not held. */
type Take = (path: string, digest: Digest, run: Run) => Promise<StoredBlob>;

/**
 * Brings the files of a payload into the blob store, each by the digest that the release definition promises; what
 * is held is not asked for.
 * @throws RemoteInputError INPUT_DIGEST, INPUT_NOT_FOUND, INPUT_DOCUMENT; FetchError, FetchContentError; ImageError
 */
export async function fetchPayload(
  payload: PayloadConfig & { readonly from: PayloadOrigin },
  ports: FetchPorts,
  run: Run,
): Promise<{ readonly content: FetchedContent; readonly held: boolean }> {
  const { sha256 } = payload;
  const single = typeof sha256 === 'string';
  const wanted: readonly (readonly [string, string])[] = single
    ? [['', sha256]]
    : Object.entries(sha256);
  const found = new Map<string, StoredBlob>();
  let held = true;
  const take = takerOf(payload, ports);
  await forEachBounded(wanted, concurrency, run.signal, async ([path, hex]) => {
    const digest = digestFromHex(hex);
    const size = await ports.blobs.find(digest);
    if (size === undefined) held = false;
    found.set(path, size === undefined ? await take(path, digest, run) : { digest, size });
  });
  const [only] = found.values();
  if (single && only !== undefined) return { content: { kind: 'file', ...only }, held };
  const blobs = [...found].map(([path, blob]) => ({ path, mode: 0o644, ...blob }));
  return { content: { kind: 'tree', blobs, links: [] }, held };
}

function takerOf(
  payload: PayloadConfig & { readonly from: PayloadOrigin },
  ports: FetchPorts,
): Take {
  const { from } = payload;
  if ('url' in from)
    return (path, digest, run) =>
      fetchFile(`${from.url}${encodedPath(path)}`, { digest }, ports, run);
  if ('oci' in from) return fromArtifact(from.oci, payload, ports);
  // The list is asked for once, and only where something is missing.
  let listed: Promise<ReadonlyMap<string, HubFile>> | undefined;
  return async (path, digest, run) => {
    listed ??= hubTree(from, ports, run);
    const name = path === '' ? payload.source.replace(/^.*\//, '') : path;
    const entry = (await listed).get(name);
    if (entry === undefined)
      throw missing(`${from.repository} has no file '${name}' at ${from.commit}`);
    const address = hubFileAddress(from, name);
    if (entry.sha256 !== undefined && digestFromHex(entry.sha256) !== digest)
      throw different(address, digest, `the hub lists SHA-256 ${entry.sha256}`);
    const { size } = entry;
    const stored = await fetchFile(
      address,
      { digest, size, headers: hubHeaders(ports) },
      ports,
      run,
    );
    const isPlain = entry.sha256 === undefined;
    if (isPlain && (await gitBlobHash(ports.blobs.open(digest, run), size)) !== entry.oid)
      throw different(address, digest, `the commit names another content (${entry.oid})`);
    return stored;
  };
}

function fromArtifact(reference: string, payload: PayloadConfig, ports: FetchPorts): Take {
  let layers: Promise<readonly ImageBlob[]> | undefined;
  return async (path, digest, run) => {
    layers ??= resolveImages([reference], ports.images, ports.platform, {}, run).then(
      (images) => images.get(reference)?.blobs ?? [],
    );
    const layer = (await layers).find((each) => each.digest === digest);
    if (layer === undefined)
      throw missing(
        `no layer of ${reference} is the file '${path}' of ${payloadName(payload)}, SHA-256 ${digest.slice(7)}`,
      );
    return takeBlob(layer, ports.blobs, run);
  };
}

function missing(message: string): RemoteInputError {
  return new RemoteInputError('INPUT_NOT_FOUND', message, {
    suggestions: ['Correct payloads[].sha256 or payloads[].from in cowa-release.yaml'],
  });
}

function different(address: string, digest: Digest, what: string): RemoteInputError {
  return new RemoteInputError(
    'INPUT_DIGEST',
    `${address} is promised with ${digest}, but ${what}`,
    { suggestions: ['Find out which of both is meant before you change payloads[].sha256'] },
  );
}
