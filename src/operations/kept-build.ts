import type { Digest } from '../oci/digest.ts';
import { isDigest } from '../oci/digest.ts';
import type { BuildRecord } from '../ports/build-record.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';

/** An image that was built, as it is remembered between runs. Its blobs lie in the cache. */
export interface KeptBuild {
  readonly root: ResolvedImage['root'];
  readonly blobs: readonly Pick<ImageBlob, 'digest' | 'size' | 'mediaType' | 'role'>[];
  readonly record: BuildRecord;
}

const schema = 'cowa-release/build/v1';
const roles: readonly string[] = ['index', 'manifest', 'config', 'layer'];

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
  if (Reflect.get(Object(value), 'schema') !== schema) return undefined;
  const rootValue: unknown = Reflect.get(Object(value), 'root');
  const list: unknown = Reflect.get(Object(value), 'blobs');
  const record = recordOf(Reflect.get(Object(value), 'record'));
  const root = descriptorOf(rootValue);
  if (root === undefined || record === undefined || !Array.isArray(list)) return undefined;
  const blobs = list.map((each: unknown) => {
    const role: unknown = Reflect.get(Object(each), 'role');
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
  const digest: unknown = Reflect.get(Object(value), 'digest');
  const size: unknown = Reflect.get(Object(value), 'size');
  const mediaType: unknown = Reflect.get(Object(value), 'mediaType');
  if (typeof digest !== 'string' || !isDigest(digest)) return undefined;
  if (typeof size !== 'number' || typeof mediaType !== 'string') return undefined;
  return { digest, size, mediaType };
}

function recordOf(value: unknown): BuildRecord | undefined {
  const member = (name: string): unknown => Reflect.get(Object(value), name);
  const [engine, version, frontend] = [member('engine'), member('version'), member('frontend')];
  const [context, containerfile] = [member('context'), member('containerfile')];
  const [bases, names] = [member('bases'), member('arguments')];
  if (typeof engine !== 'string' || typeof version !== 'string') return undefined;
  if (typeof context !== 'string' || !isDigest(context)) return undefined;
  if (typeof containerfile !== 'string' || !isDigest(containerfile)) return undefined;
  if (!Array.isArray(bases) || !Array.isArray(names)) return undefined;
  return {
    engine,
    version,
    ...(typeof frontend === 'string' ? { frontend } : {}),
    bases: bases.flatMap((base: unknown) => {
      const reference: unknown = Reflect.get(Object(base), 'reference');
      const digest: unknown = Reflect.get(Object(base), 'digest');
      return typeof reference === 'string' && typeof digest === 'string' && isDigest(digest)
        ? [{ reference, digest }]
        : [];
    }),
    context,
    containerfile,
    arguments: names.filter((name) => typeof name === 'string'),
  };
}

function isRole(value: unknown): value is ImageBlob['role'] {
  return typeof value === 'string' && roles.includes(value);
}
