import { createHash, type Hash } from 'node:crypto';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import type { Compute } from '../../archive/compute.ts';
import { WrittenChunks } from '../../archive/written-chunks.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { type Digest, hexOf } from '../../oci/digest.ts';
import type { BlobSource } from '../../ports/blob-store.ts';
import type { ResolvedImage } from '../../ports/image-source.ts';
import { imageBlob, inventoriedImages } from '../../ports/inventoried-images.ts';
import type { RecordStore } from '../../ports/record-store.ts';
import type { ContentFollower, SbomGenerator } from '../../ports/sbom-generator.ts';
import { catalogersVersion } from '../../sbom/catalogers/all-catalogers.ts';
import { catalogueImage } from '../../sbom/catalogue-image.ts';
import type { Inventory } from '../../sbom/inventory.ts';
import type { LayerFacts } from '../../sbom/layer-facts.ts';
import { documentsVersion } from '../../sbom/render-sbom.ts';
import { surveyLayer } from '../../sbom/survey-layer.ts';
import type { Run } from '../../support/run.ts';

/** Of one layer on its way into the store, while it is unpacked beside: a few come in at once. */
const mostHeldBytes = 2 ** 20;

/** The catalogers of this program. A layer is read once, however many images hold it and runs ask for it. */
export class EmbeddedGenerator implements SbomGenerator {
  readonly name = 'cowa-release';
  readonly version: string;
  readonly revision: string;
  readonly #compute: Compute;
  readonly #records: RecordStore;
  readonly #layers = new Map<string, Promise<LayerFacts>>();
  #reading = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param records keeps facts of layers by their digest */
  constructor(version: string, compute: Compute, records: RecordStore) {
    this.version = version;
    this.revision = `${this.name} ${version} ${catalogersVersion} ${documentsVersion}`;
    this.#compute = compute;
    this.#records = records;
  }

  /** @throws SbomError all codes; OciError OCI_DOCUMENT_INVALID */
  async catalogue(image: ResolvedImage, run: Run): Promise<readonly Inventory[]> {
    const found: Inventory[] = [];
    for (const described of await inventoriedImages(image, run)) {
      const facts = await Promise.all(
        described.layers.map(({ descriptor }) => this.#factsOf(imageBlob(image, descriptor), run)),
      );
      found.push(catalogueImage(described, facts));
    }
    return found;
  }

  /** @throws SbomError SBOM_LAYER_INVALID, SBOM_LAYER_LIMIT */
  async catalogueFiles(name: string, tar: BlobSource, run: Run): Promise<Inventory> {
    const { digest, size } = tar;
    const descriptor = { mediaType: mediaTypes.ociLayerTar, digest, size };
    return catalogueImage(
      { kind: 'files', reference: name, digest, layers: [{ descriptor, diffId: digest }] },
      [await this.#factsOf(tar, run)],
    );
  }

  follow({ digest }: BlobSource, run: Run): ContentFollower | undefined {
    if (this.#layers.has(digest)) return undefined;
    const passing = new WrittenChunks(mostHeldBytes);
    const proof = Promise.withResolvers<void>();
    proof.promise.catch(() => undefined); // told where it is waited for, if it is
    const facts = this.#findOr(digest, async () => {
      const found = await surveyLayer(passing, this.#compute, run);
      // Packed content may be over before the bytes are.
      await proof.promise;
      return found;
    });
    this.#remember(digest, facts);
    // Whatever became of it, nobody waits for a reader that is gone.
    const left = (): void => passing.leave();
    facts.then(left, left).catch(() => undefined);
    return {
      offer: (bytes, release) => passing.offer(bytes, release),
      end: () => {
        passing.end();
        proof.resolve();
      },
      fail: (error) => {
        passing.fail(error);
        proof.reject(error);
      },
    };
  }

  #factsOf(layer: BlobSource, run: Run): Promise<LayerFacts> {
    const known = this.#layers.get(layer.digest);
    if (known !== undefined) return known;
    const facts = this.#findOr(layer.digest, () => this.#read(layer, run));
    this.#remember(layer.digest, facts);
    return facts;
  }

  #remember(digest: Digest, facts: Promise<LayerFacts>): void {
    this.#layers.set(digest, facts);
    // A layer that could not be read may be read by the next run.
    facts.catch(() => this.#layers.delete(digest));
  }

  async #findOr(digest: Digest, read: () => Promise<LayerFacts>): Promise<LayerFacts> {
    const key = `layer-facts-${catalogersVersion}-${hexOf(digest)}`;
    const kept = unpacked(await this.#records.find(key));
    if (kept !== undefined) return kept;
    const facts = await read();
    await this.#records.keep(key, packed(facts));
    return facts;
  }

  async #read(layer: BlobSource, run: Run): Promise<LayerFacts> {
    await this.#turn();
    try {
      return await this.#survey(layer, run);
    } finally {
      this.#reading -= 1;
      this.#waiting.shift()?.();
    }
  }

  /**
   * Facts are kept under the digest of the layer, so they are of bytes that have it: those of a damaged layer would be
   * told of the sound one for good.
   * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH; SbomError
   */
  async #survey(layer: BlobSource, run: Run): Promise<LayerFacts> {
    const hash = createHash('sha256');
    const [surveyed] = await Promise.allSettled([
      surveyLayer(hashed(layer, hash, run), this.#compute, run),
    ]);
    if (hash.digest('hex') !== hexOf(layer.digest))
      // Names what is damaged, and takes it out of the cache.
      for await (const _ of layer.open(run)) run.signal.throwIfAborted();
    if (surveyed.status === 'rejected') throw surveyed.reason;
    return surveyed.value;
  }

  /** Decompression runs beside, so a few layers at once keep every core busy; more would only need memory. */
  async #turn(): Promise<void> {
    while (this.#reading >= Math.max(1, this.#compute.parallelism))
      await new Promise<void>((go) => this.#waiting.push(go));
    this.#reading += 1;
  }
}

/** The layer as it lies there, hashed while it is read. */
function hashed(layer: BlobSource, hash: Hash, run: Run): ChunkSource {
  const chunks: ChunkSource = layer.openUnchecked?.(run) ?? layer.open(run);
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of chunks) {
        hash.update(chunk);
        run.onProgress?.({ kind: 'step-progress', step: 'sbom', bytes: chunk.length });
        yield chunk;
      }
    },
    recycle: (chunk) => chunks.recycle?.(chunk),
  };
}

/** Facts with a digest of themselves: a record that was cut short or damaged is not used. */
function packed(facts: LayerFacts): string {
  const text = JSON.stringify(facts);
  return `${createHash('sha256').update(text).digest('hex')}\n${text}`;
}

function unpacked(record: string | undefined): LayerFacts | undefined {
  if (record === undefined || record[64] !== '\n') return undefined;
  const text = record.slice(65);
  if (createHash('sha256').update(text).digest('hex') !== record.slice(0, 64)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `packed`, as the digest shows
  return JSON.parse(text) as LayerFacts;
}
