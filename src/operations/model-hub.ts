import { createHash } from 'node:crypto';
import type { PayloadOrigin } from '../config/release-definition.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import type { FetchPorts } from './fetch-ports.ts';
import { RemoteInputError } from './input-error.ts';
import { hubAddress } from './payload-place.ts';

type HubOrigin = Extract<PayloadOrigin, { hub: string }>;

/** A file as a model hub lists it. */
export interface HubFile {
  /** Bytes. */
  readonly size: number;
  /** Hash of the Git object: of a file that lies elsewhere, of the pointer to it. */
  readonly oid: string;
  /** Of a file that lies elsewhere (LFS): its SHA-256. */
  readonly sha256?: string;
}

const limits = { maxBytes: 16 * 2 ** 20, maxDepth: 16 };
const maxPages = 1000;

/**
 * Every file of a repository at a commit, by path.
 * @throws RemoteInputError INPUT_DOCUMENT; FetchError, FetchContentError
 * @see the API of the Hugging Face Hub, `/api/models/{repo}/tree/{revision}`
 */
export async function hubTree(
  origin: HubOrigin,
  ports: FetchPorts,
  run: Run,
): Promise<ReadonlyMap<string, HubFile>> {
  const { hub, repository, commit } = origin;
  const files = new Map<string, HubFile>();
  const first = `${hub.replace(/\/+$/, '')}/api/models/${repository}/tree/${commit}?recursive=true`;
  let address: string | undefined = first;
  for (let pages = 0; address !== undefined; pages += 1) {
    const refuse = (what: string): RemoteInputError =>
      new RemoteInputError('INPUT_DOCUMENT', `${first} ${what}`, {
        suggestions: ['Check that the address is that of a model hub'],
      });
    if (pages === maxPages) throw refuse(`has more than ${maxPages} pages`);
    // The next page is the hub's own: the token goes nowhere else.
    if (new URL(address).origin !== new URL(first).origin) throw refuse('goes on at another host');
    const expected = { maxBytes: limits.maxBytes, headers: hubHeaders(ports) };
    const { bytes, next } = await ports.web.page(address, expected, run);
    const { value } = parseJsonStrict(bytes, limits);
    if (!Array.isArray(value)) throw refuse('is no list of files');
    for (const item of value) {
      const entry: Readonly<Record<string, unknown>> = Object(item);
      if (entry['type'] !== 'file') continue;
      const { path, size, oid } = entry;
      const hash: unknown = Reflect.get(Object(entry['lfs']), 'oid');
      if (typeof path !== 'string' || typeof size !== 'number' || typeof oid !== 'string')
        throw refuse('lists a file without path, size or hash');
      files.set(path, { size, oid, ...(typeof hash === 'string' ? { sha256: hash } : {}) });
    }
    address = next;
  }
  return files;
}

/** Where a file of a repository lies. */
export function hubFileAddress(origin: HubOrigin, path: string): string {
  return `${hubAddress(origin)}/resolve/${origin.commit}/${encodedPath(path)}`;
}

/** What a hub is told besides; a redirect to another host does not get it. */
export function hubHeaders({ hubToken }: FetchPorts): Readonly<Record<string, string>> {
  return hubToken === undefined ? {} : { authorization: `Bearer ${hubToken}` };
}

/** Each part of a path as an address writes it. */
export function encodedPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The hash Git knows a content by. @see gitformat-pack(5) */
export async function gitBlobHash(
  content: AsyncIterable<Uint8Array>,
  size: number,
): Promise<string> {
  const hash = createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
