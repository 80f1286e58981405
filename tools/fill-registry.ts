// Puts the composed images of a release definition into a registry, under the paths and tags of their names:
// stand-ins for a try-out. Usage: node tools/fill-registry.ts <cowa-release.yaml> <host:port>
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ComposeSource } from '../src/adapters/compose/compose-source.ts';
import { FsWorkspace } from '../src/adapters/fs/workspace.ts';
import { parseReleaseDefinition } from '../src/config/parse-release-definition.ts';
import { normalizeReference } from '../src/oci/reference.ts';
import type { ImageBlob, ResolvedImage } from '../src/ports/image-source.ts';

const run = { signal: new AbortController().signal };

/** Fills the registry; returns the references that went in. Plain http, so loopback only. */
export async function fillRegistry(
  definitionPath: string,
  registry: string,
): Promise<readonly string[]> {
  if (!/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(registry))
    throw new Error(`${registry} is not on this machine: stand-ins belong into no other registry`);
  const { definition, problems } = parseReleaseDefinition(
    await readFile(definitionPath),
    definitionPath,
  );
  if (definition === undefined)
    throw new Error(`${definitionPath}: ${problems.map(({ message }) => message).join('; ')}`);
  const workspace = new FsWorkspace(dirname(resolve(definitionPath)));
  const filled: string[] = [];
  for (const source of definition.imageSources) {
    if (source.type !== 'compose') continue;
    const composer = new ComposeSource({
      images: source.images,
      workspace,
      epochSeconds: definition.sourceDateEpoch ?? 0,
      resolveBase: () => Promise.resolve(undefined),
    });
    const platform = { os: 'linux', architecture: definition.architecture };
    for (const reference of Object.keys(source.images)) {
      const image = await composer.resolve(reference, platform, run);
      if (image === undefined) throw new Error(`${reference} was not composed`);
      await push(image, `http://${registry}`);
      filled.push(reference);
    }
  }
  return filled;
}

async function push({ reference, root, blobs }: ResolvedImage, base: string): Promise<void> {
  const { repository: path, tag } = normalizeReference(reference);
  for (const blob of blobs.filter(({ role }) => role !== 'manifest'))
    await pushBlob(blob, `${base}/v2/${path}`);
  const manifest = blobs.find(({ digest }) => digest === root.digest);
  if (manifest === undefined || tag === undefined) throw new Error(`${reference} has no tag`);
  await send('PUT', `${base}/v2/${path}/manifests/${tag}`, await bytesOf(manifest), root.mediaType);
}

async function pushBlob(blob: ImageBlob, repository: string): Promise<void> {
  const started = await send('POST', `${repository}/blobs/uploads/`);
  const place = new URL(started.headers.get('location') ?? '', repository);
  place.searchParams.set('digest', blob.digest);
  await send('PUT', place.href, await bytesOf(blob), 'application/octet-stream');
}

async function bytesOf(blob: ImageBlob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(Buffer.concat(await Array.fromAsync(blob.open(run))));
}

async function send(
  method: 'POST' | 'PUT',
  url: string,
  body?: Uint8Array<ArrayBuffer>,
  contentType?: string,
): Promise<Response> {
  const answer = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

if (import.meta.main) {
  const [definitionPath = '', registry = ''] = process.argv.slice(2);
  for (const reference of await fillRegistry(definitionPath, registry))
    process.stdout.write(`${reference}\n`);
}
