import { type Digest, hexOf, isDigest } from '../oci/digest.ts';
import type { BuildOrigin, BuildRecord } from '../ports/build-record.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import { member, object } from '../support/lenient-json.ts';

/** An image that was built, as it is remembered between runs. Its blobs lie in the cache. */
export interface KeptBuild {
  readonly root: ResolvedImage['root'];
  readonly blobs: readonly Pick<ImageBlob, 'digest' | 'size' | 'mediaType' | 'role'>[];
  readonly record: BuildRecord;
}

const schema = 'cowa-release/build/v2';
const roles: readonly string[] = ['index', 'manifest', 'config', 'layer'];

/**
 * Where it is remembered.
 * @param key digest of all that went in
 * @param engine undefined: what was built of it last
 */
export function buildRecordKey(key: Digest, engine?: string): string {
  return engine === undefined ? hexOf(key) : `${hexOf(key)}-${engine}`;
}

/** As the record store keeps it. */
export function renderKeptBuild({ root, blobs, record }: KeptBuild): string {
  return `${JSON.stringify({ schema, root, blobs, record })}\n`;
}

/** Undefined for what is no such record: then it is built anew. */
export function parseKeptBuild(text: string): KeptBuild | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (member(value, 'schema') !== schema) return undefined;
  const rootValue: unknown = member(value, 'root');
  const list: unknown = member(value, 'blobs');
  const record = recordOf(member(value, 'record'));
  const root = descriptorOf(rootValue);
  if (root === undefined || record === undefined || !Array.isArray(list)) return undefined;
  const blobs = list.map((each: unknown) => {
    const role: unknown = member(each, 'role');
    const found = descriptorOf(each);
    return found !== undefined && isRole(role) ? { ...found, role } : undefined;
  });
  const whole = blobs.filter((each) => each !== undefined);
  if (whole.length !== blobs.length || !whole.some(({ digest }) => digest === root.digest))
    return undefined;
  return { root, blobs: whole, record };
}

function descriptorOf(
  value: unknown,
): { digest: Digest; size: number; mediaType: string } | undefined {
  const digest: unknown = member(value, 'digest');
  const size: unknown = member(value, 'size');
  const mediaType: unknown = member(value, 'mediaType');
  if (typeof digest !== 'string' || !isDigest(digest)) return undefined;
  if (typeof size !== 'number' || typeof mediaType !== 'string') return undefined;
  return { digest, size, mediaType };
}

function recordOf(value: unknown): BuildRecord | undefined {
  const of = (name: string): unknown => member(value, name);
  const [engine, version, frontend] = [of('engine'), of('version'), of('frontend')];
  const [context, containerfile] = [of('context'), of('containerfile')];
  const [bases, names] = [of('bases'), of('arguments')];
  if (typeof engine !== 'string' || typeof version !== 'string') return undefined;
  if (typeof context !== 'string' || !isDigest(context)) return undefined;
  if (typeof containerfile !== 'string' || !isDigest(containerfile)) return undefined;
  if (!Array.isArray(bases) || !Array.isArray(names)) return undefined;
  return {
    engine,
    version,
    ...(typeof frontend === 'string' ? { frontend } : {}),
    bases: bases.flatMap((base: unknown) => {
      const reference: unknown = member(base, 'reference');
      const digest: unknown = member(base, 'digest');
      return typeof reference === 'string' && typeof digest === 'string' && isDigest(digest)
        ? [{ reference, digest }]
        : [];
    }),
    context,
    containerfile,
    arguments: names.filter((name) => typeof name === 'string'),
    origins: Object.fromEntries(
      Object.entries(object(of('origins'))).map(([name, each]) => [name, originOf(each)]),
    ),
  };
}

function originOf(value: unknown): BuildOrigin {
  const [revision, repository] = [member(value, 'revision'), member(value, 'repository')];
  return {
    ...(typeof revision === 'string' ? { revision } : {}),
    ...(typeof repository === 'string' ? { repository } : {}),
  };
}

function isRole(value: unknown): value is ImageBlob['role'] {
  return typeof value === 'string' && roles.includes(value);
}
