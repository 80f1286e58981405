// Started as a process of its own: brings one image into a cache and says how that ended.
import { FsBlobStore } from '../../src/adapters/fs/blob-store.ts';
import { RegistrySource } from '../../src/adapters/registry/registry-source.ts';
import { CowaError } from '../../src/errors/families.ts';
import { pullImages } from '../../src/operations/pull-images.ts';

const [host = '', reference = '', folder = ''] = process.argv.slice(2);
const run = { signal: new AbortController().signal };
const store = new FsBlobStore(folder);
try {
  const source = new RegistrySource({ hosts: [host], held: store });
  const image = await source.resolve(reference, { os: 'linux', architecture: 'amd64' }, run);
  const { stored } = await pullImages(image === undefined ? [] : [image], store, run);
  process.stdout.write(JSON.stringify({ root: image?.root.digest, fetched: stored.fetched.blobs }));
} catch (error) {
  const known = error instanceof CowaError;
  process.stdout.write(JSON.stringify({ code: known ? error.code : String(error) }));
}
// Kept connections would hold the process.
process.exit();
