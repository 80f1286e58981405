import type { BlobSource } from '../../ports/blob-store.ts';
import type { BlobArrival } from '../../ports/registry-target.ts';
import type { Run } from '../../support/run.ts';
import type { Endpoint } from './endpoint.ts';
import type { Answer } from './http-request.ts';
import {
  mayPass,
  type RegistryConnection,
  type RepositoryQuestion,
  triedOften,
  wishedWait,
} from './registry-connection.ts';
import { RegistryError } from './registry-error.ts';
import { maxRetries } from './retry.ts';

/** A repository that is written to. */
export interface UploadPlace {
  readonly connection: RegistryConnection;
  readonly endpoint: Endpoint;
  readonly repository: string;
}

/**
 * Brings a blob into a repository: there already, taken over from another repository, or sent. A broken
 * upload goes on where the registry says it broke.
 * @throws RegistryError all codes; errors of the source
 * @see OCI distribution-spec 1.1, "Pushing blobs"
 */
export async function uploadBlob(
  place: UploadPlace,
  blob: BlobSource,
  others: readonly string[],
  run: Run,
): Promise<BlobArrival> {
  const { digest } = blob;
  const there = await ask(
    place,
    { path: `blobs/${digest}`, method: 'HEAD', headers: {}, expected: [200, 404] },
    run,
  );
  there.discard();
  if (there.status === 200) return 'there';
  const from = others.find((other) => other !== place.repository);
  const opened = await openUpload(place, from === undefined ? undefined : { digest, from }, run);
  if (opened.status === 201) return 'mounted';
  await sendAll(place, blob, locationOf(place, opened), run);
  return 'uploaded';
}

/** Sends from where the registry is until it has everything, then closes the upload with the digest. */
async function sendAll(
  place: UploadPlace,
  blob: BlobSource,
  opened: string,
  run: Run,
): Promise<void> {
  let location = opened;
  let offset = 0;
  for (let failures = 0; offset < blob.size; ) {
    const before = offset;
    try {
      const answer = await once(place, restOf(blob, location, offset, run), run);
      answer.discard();
      location = locationOf(place, answer);
      offset = blob.size;
    } catch (error) {
      run.signal.throwIfAborted();
      if (!mayPass(error)) throw error;
      await place.connection.pause(Math.max(1, failures), run, wishedWait(error));
      ({ location, offset } = (await whereItIs(place, location, run)) ?? {
        location: locationOf(place, await openUpload(place, undefined, run)),
        offset: 0,
      });
      failures = offset - before >= 1 << 20 ? 1 : failures + 1;
      if (failures > maxRetries) throw triedOften(error, failures);
    }
  }
  const end = new URL(location);
  end.searchParams.set('digest', blob.digest);
  const closed = await ask(
    place,
    { path: end.href, method: 'PUT', headers: {}, body: new Uint8Array(), expected: [201, 204] },
    run,
  );
  closed.discard();
}

function restOf(blob: BlobSource, location: string, offset: number, run: Run): RepositoryQuestion {
  return {
    path: location,
    method: 'PATCH',
    headers: {
      'content-type': 'application/octet-stream',
      'content-range': `${offset}-${blob.size - 1}`,
    },
    body: { size: blob.size - offset, open: () => behind(blob.open(run), offset) },
    expected: [202, 201, 204],
  };
}

async function openUpload(
  place: UploadPlace,
  mount: { readonly digest: string; readonly from: string } | undefined,
  run: Run,
): Promise<Answer> {
  const query =
    mount === undefined ? '' : `?mount=${mount.digest}&from=${encodeURIComponent(mount.from)}`;
  const path = `blobs/uploads/${query}`;
  const answer = await ask(place, { path, method: 'POST', headers: {}, expected: [201, 202] }, run);
  answer.discard();
  return answer;
}

/** What of an upload arrived; undefined where the registry gave it up with the connection: it begins anew. */
async function whereItIs(
  place: UploadPlace,
  location: string,
  run: Run,
): Promise<{ location: string; offset: number } | undefined> {
  const expected = [204, 200, 202, 400, 404, 416];
  const answer = await ask(place, { path: location, headers: {}, expected }, run);
  answer.discard();
  if (answer.status >= 400) return undefined;
  const [, end] = /^(?:bytes=)?0-(\d+)$/.exec(String(answer.headers['range'] ?? '')) ?? [];
  // '0-0' is said of one byte, and of none.
  if (end === undefined || end === '0') return undefined;
  return { location: locationOf(place, answer), offset: Number(end) + 1 };
}

async function* behind(
  content: AsyncIterable<Uint8Array>,
  offset: number,
): AsyncGenerator<Uint8Array> {
  let skip = offset;
  for await (const chunk of content) {
    const rest = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

function locationOf({ endpoint }: UploadPlace, { headers, url }: Answer): string {
  const { location } = headers;
  if (location !== undefined && URL.canParse(location, url.href))
    return new URL(location, url).href;
  throw new RegistryError(
    'REGISTRY_ANSWER',
    `${endpoint.name} opens an upload and does not say where it goes on`,
    { suggestions: [`Check that ${endpoint.name} is a container registry that takes pushes`] },
  );
}

function ask(place: UploadPlace, question: RepositoryQuestion, run: Run): Promise<Answer> {
  return place.connection.retrying(run, () => once(place, question, run));
}

function once(
  { connection, endpoint, repository }: UploadPlace,
  question: RepositoryQuestion,
  run: Run,
): Promise<Answer> {
  return connection.ask(endpoint, repository, question, run);
}
