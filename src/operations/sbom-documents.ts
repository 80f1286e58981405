import { createHash } from 'node:crypto';
import { type Digest, isDigest } from '../oci/digest.ts';
import {
  type BlobSource,
  type BlobStore,
  type StoredBlob,
  storedContent,
} from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import type { Inventory } from '../sbom/inventory.ts';
import { isComplete } from '../sbom/render-cyclonedx.ts';
import { renderSbom } from '../sbom/render-sbom.ts';
import type { SbomMaker } from '../sbom/render-syft.ts';
import { type SbomFormat, sbomFileName, sbomFormats, sbomSubject } from '../sbom/sbom-names.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import { ReleaseUsageError } from './release-error.ts';

/** Documents about one image or one component, in every format, in the blob store. */
export interface SbomDocuments {
  /** What files are named after. */
  readonly subject: string;
  /** Digest of what they are about. */
  readonly digest: Digest;
  readonly packages: number;
  /** Nothing was seen that no cataloger explains. */
  readonly complete: boolean;
  readonly documents: Readonly<Record<SbomFormat, StoredBlob>>;
}

export interface SbomPorts {
  readonly generator: SbomGenerator;
  readonly blobs: BlobStore;
  /** Remembers which documents belong to what, so that a second run makes none. */
  readonly records: RecordStore;
  /** Who answers for the documents; undefined: nobody is known. */
  readonly author?: string;
  /** Told when documents are made and not only found. */
  readonly made?: () => void;
}

/** Documents about an image, one set for each platform it is kept for; none for what is no container image. */
export function imageSboms(
  image: ResolvedImage,
  created: Date,
  ports: SbomPorts,
  run: Run,
): Promise<readonly SbomDocuments[]> {
  const generator = ports.generator.forImage?.(image) ?? ports.generator;
  const what = [image.normalized, image.root.digest];
  return remembered(what, created, { ...ports, generator }, run, () =>
    generator.catalogue(image, run),
  );
}

/** Documents about the files of a component. */
export async function fileSboms(
  name: string,
  tar: BlobSource,
  created: Date,
  ports: SbomPorts,
  run: Run,
): Promise<readonly SbomDocuments[]> {
  const generator = ports.generator.files ?? ports.generator;
  return remembered([name, tar.digest], created, { ...ports, generator }, run, async () => [
    await generator.catalogueFiles(name, tar, run),
  ]);
}

/**
 * What documents about the files of a component are named after. The package is named too: some readers
 * unpack the documents of several packages into one folder.
 */
export function fileSubject(
  { metadata }: { readonly metadata: { readonly name: string } },
  component: { readonly name: string },
): string {
  return `zarf-component-${metadata.name}-${component.name}`;
}

/** A document as content. */
export function documentOf(
  { documents }: SbomDocuments,
  format: SbomFormat,
  blobs: BlobStore,
): BlobSource {
  return storedContent(documents[format], blobs);
}

/**
 * What lies beside the archives: CycloneDX and SPDX of every subject, by file name, each once.
 * @throws ReleaseUsageError RELEASE_NAME_CLASH
 */
export function sbomFiles(
  sboms: readonly SbomDocuments[],
  blobs: BlobStore,
): ReadonlyMap<string, BlobSource> {
  const files = new Map<string, BlobSource>();
  for (const each of sboms) {
    for (const format of ['cyclonedx', 'spdx'] as const) {
      const name = sbomFileName(each.subject, format);
      const blob = documentOf(each, format, blobs);
      const other = files.get(name);
      if (other !== undefined && other.digest !== blob.digest)
        throw new ReleaseUsageError(
          'RELEASE_NAME_CLASH',
          `the SBOMs of two images would both be called ${name}`,
          { suggestions: ['Give one of the images another name'] },
        );
      files.set(name, blob);
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function remembered(
  what: readonly string[],
  created: Date,
  ports: SbomPorts,
  run: Run,
  find: () => Promise<readonly Inventory[]>,
): Promise<readonly SbomDocuments[]> {
  const { generator, records, blobs, author } = ports;
  const named = JSON.stringify([...what, generator.revision, created.getTime(), author ?? null]);
  const key = `sboms-${createHash('sha256').update(named).digest('hex')}`;
  const known = parse(await records.find(key));
  if (known !== undefined && (await areStored(known, blobs))) return known;
  const inventories = await find();
  ports.made?.();
  const made: SbomDocuments[] = [];
  for (const inventory of inventories)
    made.push(await store(inventory, inventories.length, created, ports, run));
  await records.keep(key, JSON.stringify(made));
  return made;
}

async function store(
  inventory: Inventory,
  platforms: number,
  created: Date,
  { generator, blobs, author }: SbomPorts,
  run: Run,
): Promise<SbomDocuments> {
  const tool = { ...makerOf(generator), ...(author === undefined ? {} : { author }) };
  const put = async (format: SbomFormat): Promise<StoredBlob> => {
    const bytes = renderSbom(inventory, format, tool, created);
    async function* once(): AsyncGenerator<Uint8Array> {
      yield bytes;
    }
    return blobs.put(once(), {}, run);
  };
  return {
    subject: sbomSubject(inventory.subject, platforms),
    digest: inventory.subject.digest,
    packages: inventory.packages.length,
    complete: isComplete(inventory.coverage),
    documents: {
      cyclonedx: await put('cyclonedx'),
      spdx: await put('spdx'),
      syft: await put('syft'),
    },
  };
}

/** As documents name who found the packages, and who wrote that down where it was another program. */
export function makerOf({ name, version, sha256, files }: SbomGenerator): SbomMaker {
  return {
    name,
    version,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(files === undefined ? {} : { converter: { name: files.name, version: files.version } }),
  };
}

async function areStored(all: readonly SbomDocuments[], blobs: BlobStore): Promise<boolean> {
  for (const { documents } of all)
    for (const format of sbomFormats)
      if ((await blobs.find(documents[format].digest)) !== documents[format].size) return false;
  return true;
}

/** A record may be of an older program, or damaged: then it says nothing. */
function parse(record: string | undefined): readonly SbomDocuments[] | undefined {
  if (record === undefined) return undefined;
  const { value } = parseJsonStrict(Buffer.from(record), { maxBytes: 2 ** 20, maxDepth: 8 });
  if (!Array.isArray(value)) return undefined;
  const found = value.flatMap((item: unknown): readonly SbomDocuments[] => {
    const { subject, digest, packages, complete, documents }: Record<string, unknown> =
      Object(item);
    const { cyclonedx, spdx, syft }: Record<string, unknown> = Object(documents);
    const blobs = [cyclonedx, spdx, syft].map(parseBlob);
    const [cdx, spdxBlob, syftBlob] = blobs;
    return typeof subject === 'string' &&
      typeof digest === 'string' &&
      isDigest(digest) &&
      typeof packages === 'number' &&
      typeof complete === 'boolean' &&
      cdx !== undefined &&
      spdxBlob !== undefined &&
      syftBlob !== undefined
      ? [
          {
            subject,
            digest,
            packages,
            complete,
            documents: { cyclonedx: cdx, spdx: spdxBlob, syft: syftBlob },
          },
        ]
      : [];
  });
  return found.length === value.length ? found : undefined;
}

function parseBlob(value: unknown): StoredBlob | undefined {
  const { digest, size }: Record<string, unknown> = Object(value);
  return typeof digest === 'string' && isDigest(digest) && typeof size === 'number'
    ? { digest, size }
    : undefined;
}
