// Lists of what is about something, as registries give them: honest ones, and those that mean harm.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoopbackRegistry } from '../../../test/support/loopback-registry.ts';
import { type Descriptor, mediaTypes } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { referrersTag, renderReferrer } from '../../oci/referrer.ts';
import { RegistryReferrerSource } from './referrer-reader.ts';

const run = { signal: new AbortController().signal };
const type = 'application/vnd.example.note';
const subject = { mediaType: mediaTypes.ociManifest, digest: digestOf(Buffer.from('x')), size: 1 };
const other = { ...subject, digest: digestOf(Buffer.from('y')) };
let registry: LoopbackRegistry;
let source: RegistryReferrerSource;
let reference = '';

beforeEach(async () => {
  registry = await new LoopbackRegistry().start();
  reference = `${registry.host}/team/app`;
  source = new RegistryReferrerSource({
    hosts: [registry.host],
    sleep: () => Promise.resolve(),
    random: () => 0,
  });
});
afterEach(() => registry[Symbol.asyncDispose]());

function artifact(about: Descriptor, layers?: readonly Descriptor[]): Descriptor {
  const bytes = renderReferrer({
    artifactType: type,
    config: registry.blob(mediaTypes.ociEmpty, '{}'),
    layers: layers ?? [registry.blob(type, 'note')],
    subject: about,
    annotations: { a: 'b' },
  });
  return registry.document(mediaTypes.ociManifest, Buffer.from(bytes));
}
const index = (manifests: readonly object[]): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
const listed = () => source.listReferrers(reference, subject.digest, run);
const next = (target: string) => ({ link: `<${target}>; rel="next"` });
const path = (more: string): string => `/v2/team/app/referrers/${subject.digest}?${more}`;
const entry = (number: number): Descriptor => ({
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(Buffer.from(`${number}`)),
  size: 3,
});

describe('lists of referrers', () => {
  it('come from the registry where it keeps them, and only those of the subject', async () => {
    registry.keepsLists = true;
    const { digest } = artifact(subject);
    artifact(other);
    registry.document(mediaTypes.ociIndex, index([entry(1)]), referrersTag(subject.digest));
    expect(await listed()).toMatchObject([{ digest, artifactType: type, annotations: { a: 'b' } }]);
  });
  it('come page by page, each entry once', async () => {
    registry.page = (at) =>
      at.endsWith('last=1')
        ? { body: index([entry(1), entry(2)]) }
        : { body: index([entry(1)]), headers: next(path('last=1')) };
    expect((await listed()).map(({ digest }) => digest)).toEqual(
      [1, 2].map((n) => entry(n).digest),
    );
  });
  it('come from the tag of the subject where the registry keeps none', async () => {
    registry.document(mediaTypes.ociIndex, index([entry(1)]), referrersTag(subject.digest));
    expect(await listed()).toEqual([entry(1)]);
    registry.page = () => ({ status: 405 });
    expect(await listed()).toEqual([entry(1)]);
  });
  it('are empty where nothing is listed', async () => {
    expect(await listed()).toEqual([]);
  });
  it('of a bundle whose signature has the tag itself are that signature', async () => {
    const { digest } = artifact(subject);
    const { bytes } = registry.manifests.get(digest) ?? { bytes: '' };
    registry.document(mediaTypes.ociManifest, bytes, referrersTag(subject.digest));
    expect(await listed()).toMatchObject([{ digest, artifactType: type }]);
    artifact(other);
    registry.document(
      mediaTypes.ociManifest,
      registry.manifests.get(artifact(other).digest)?.bytes ?? '',
      referrersTag(subject.digest),
    );
    expect(await listed()).toEqual([]);
  });

  it.each([
    ['leads in a circle', 'REFERRERS_LIST', () => ({ body: index([]), headers: next(path('a')) })],
    [
      'never ends',
      'REFERRERS_LIMIT',
      () => ({ body: index([]), headers: next(path(`n=${registry.asked.length}`)) }),
    ],
    [
      'goes on at another host',
      'REFERRERS_LIST',
      () => ({ body: index([]), headers: next('https://example.org/v2/x') }),
    ],
    [
      'goes on at what is no address',
      'REFERRERS_LIST',
      () => ({ body: index([]), headers: next('http://[') }),
    ],
    [
      'breaks off',
      'REFERRERS_LIST',
      (at: string) =>
        at.includes('?') ? { status: 404 } : { body: index([]), headers: next(path('b')) },
    ],
    [
      'has too many entries',
      'REFERRERS_LIMIT',
      () => ({ body: index(Array.from({ length: 1001 }, (_, n) => entry(n))) }),
    ],
    ['is too large', 'REFERRERS_LIMIT', () => ({ body: ' '.repeat(5 << 20) })],
    ['is a page for people', 'REGISTRY_DOCUMENT', () => ({ body: '<html></html>' })],
    [
      'is a manifest',
      'REGISTRY_DOCUMENT',
      () => ({
        headers: { 'content-type': mediaTypes.ociManifest },
        body: JSON.stringify({ schemaVersion: 2, config: entry(1), layers: [] }),
      }),
    ],
    [
      'redirects for ever',
      'REGISTRY_ANSWER',
      () => ({ status: 307, headers: { location: path('r') } }),
    ],
  ])('that %s is refused: %s', async (_what, code, page) => {
    registry.page = page;
    await expect(listed()).rejects.toMatchObject({ code });
  });
  it('under a tag are refused with too many entries', async () => {
    const many = index(Array.from({ length: 1001 }, (_, number) => entry(number)));
    registry.document(mediaTypes.ociIndex, many, referrersTag(subject.digest));
    await expect(listed()).rejects.toMatchObject({ code: 'REFERRERS_LIMIT' });
  });
});

describe('an artifact of a list', () => {
  const read = (each: Pick<Descriptor, 'digest' | 'size' | 'mediaType'>, about?: Digest) =>
    source.readReferrer(reference, about ?? subject.digest, each, run);

  it('is read with its contents', async () => {
    const { descriptor, layers } = await read(artifact(subject));
    expect(descriptor).toMatchObject({ artifactType: type, annotations: { a: 'b' } });
    const [layer] = layers;
    expect(Buffer.concat(await Array.fromAsync(layer?.open(run) ?? [])).toString()).toBe('note');
  });
  it('that is about something else is refused', async () => {
    await expect(read(artifact(other))).rejects.toMatchObject({ code: 'REFERRERS_SUBJECT' });
  });
  it('that is about nothing is refused', async () => {
    const bytes = JSON.stringify({ schemaVersion: 2, config: entry(1), layers: [] });
    const plain = registry.document(mediaTypes.ociManifest, bytes);
    await expect(read(plain)).rejects.toMatchObject({ code: 'REFERRERS_SUBJECT' });
  });
  it('of another size, or of other bytes, is refused', async () => {
    const made = artifact(subject);
    await expect(read({ ...made, size: made.size + 1 })).rejects.toMatchObject({
      code: 'REGISTRY_DOCUMENT',
    });
    registry.manifests.set(entry(1).digest, {
      type: mediaTypes.ociManifest,
      bytes: registry.manifests.get(made.digest)?.bytes ?? Buffer.alloc(0),
    });
    await expect(read({ ...made, digest: entry(1).digest })).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST',
    });
  });
  it('with too many contents, or too large ones, is refused before they are fetched', async () => {
    const layer = registry.blob(type, 'note');
    const many = artifact(
      subject,
      Array.from({ length: 65 }, () => layer),
    );
    await expect(read(many)).rejects.toMatchObject({ code: 'REFERRERS_LIMIT' });
    const huge = artifact(subject, [{ ...layer, size: 2 ** 40 }]);
    await expect(read(huge)).rejects.toMatchObject({ code: 'REFERRERS_LIMIT' });
    expect(registry.asked.filter((each) => each.startsWith('blobs'))).toEqual([]);
  });
  it('that is no manifest is refused', async () => {
    await expect(read({ ...entry(1), mediaType: mediaTypes.ociIndex })).rejects.toMatchObject({
      code: 'REGISTRY_DOCUMENT',
    });
  });
  it('is found by a tag, where one has it', async () => {
    const { digest } = artifact(subject);
    registry.document(mediaTypes.ociManifest, registry.manifests.get(digest)?.bytes ?? '', 'x.sig');
    expect((await source.findTagged(reference, 'x.sig', run))?.descriptor.digest).toBe(digest);
    expect(await source.findTagged(reference, 'y.sig', run)).toBeUndefined();
  });
});
