import { createHash } from 'node:crypto';
import type { ChunkSource } from '../archive/chunk-source.ts';
import { decompressed } from '../archive/compressed-input.ts';
import type { Compute } from '../archive/compute.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { Run } from '../support/run.ts';
import { allCatalogers } from './catalogers/all-catalogers.ts';
import { type BinaryTaker, binaryTaker } from './catalogers/binaries.ts';
import type { Cataloger, Taking } from './catalogers/cataloger.ts';
import { libraryName } from './catalogers/native.ts';
import type { FileFacts, LayerFacts, TakenFile } from './layer-facts.ts';
import {
  type ContentTaker,
  defaultLayerLimits,
  type LayerEntry,
  type LayerLimits,
  LayerTar,
  limit,
} from './layer-tar.ts';

/**
 * Reads one layer as it streams past, compressed or not, and keeps what an inventory needs. Nothing is
 * unpacked; memory holds one wanted file at a time and the facts.
 * @param content the layer as it is stored: plain, gzip or zstd
 * @throws SbomError SBOM_LAYER_INVALID, SBOM_LAYER_LIMIT; ArchiveError for damaged compression
 */
export async function surveyLayer(
  content: ChunkSource,
  compute: Compute,
  run: Run,
  limits: LayerLimits = defaultLayerLimits,
): Promise<LayerFacts> {
  const reading = new LayerReading(limits);
  for await (const chunk of decompressed(content, defaultReadLimits, compute, { passing: true })) {
    run.signal.throwIfAborted();
    reading.push(chunk);
  }
  return reading.end();
}

/** Facts of a layer while it is read. */
class LayerReading {
  readonly #tar: LayerTar;
  readonly #paths: string[] = [];
  readonly #whiteouts: string[] = [];
  readonly #opaque: string[] = [];
  readonly #links: Record<string, string> = {};
  readonly #binaries: string[] = [];
  readonly #files: TakenFile[] = [];
  readonly #hardlinks: LayerEntry[] = [];
  readonly #limits: LayerLimits;
  #entries = 0;
  #pathBytes = 0;
  #takenFiles = 0;
  #takenBytes = 0;

  constructor(limits: LayerLimits) {
    this.#limits = limits;
    this.#tar = new LayerTar((entry) => this.#entry(entry), limits);
  }

  push(chunk: Uint8Array): void {
    this.#tar.push(chunk);
  }

  end(): LayerFacts {
    this.#tar.end();
    this.#resolveHardlinks();
    return {
      entries: this.#entries,
      bytes: this.#tar.bytes,
      paths: this.#paths,
      whiteouts: this.#whiteouts,
      opaque: this.#opaque,
      links: this.#links,
      binaries: this.#binaries,
      files: this.#files,
    };
  }

  #entry(entry: LayerEntry): ContentTaker | undefined {
    this.#entries += 1;
    const { path, type } = entry;
    const slash = path.lastIndexOf('/');
    const base = path.slice(slash + 1);
    if (base === '.wh..wh..opq') {
      this.#opaque.push(path.slice(0, Math.max(0, slash)));
      return undefined;
    }
    if (base.startsWith('.wh.')) {
      // Other names with two of these are a union file system's own.
      if (!base.startsWith('.wh..wh.'))
        this.#whiteouts.push(`${path.slice(0, slash + 1)}${base.slice('.wh.'.length)}`);
      return undefined;
    }
    if (type === 'directory') return undefined;
    this.#pathBytes += path.length;
    if (this.#pathBytes > this.#limits.maxPathsBytes)
      throw limit(`its paths have more than ${this.#limits.maxPathsBytes} bytes`);
    this.#paths.push(path);
    if (type === 'symlink') {
      if (leadsToEvidence(path)) this.#links[path] = entry.link;
      return undefined;
    }
    if (type === 'hardlink') {
      this.#hardlinks.push(entry);
      return undefined;
    }
    if (type !== 'file') return undefined;
    for (const cataloger of allCatalogers) {
      const taking = cataloger.wants(entry);
      if (taking !== undefined) return this.#take(entry, cataloger, this.#borne(entry, taking));
    }
    return mayBeBinary(entry) ? this.#takeBinary(entry) : undefined;
  }

  /** Hostile layers have evidence without end, or in places no system has. */
  #borne(entry: LayerEntry, taking: Taking): Taking {
    const { maxTakenFiles, maxTakenBytes } = this.#limits;
    this.#takenFiles += 1;
    if (this.#takenFiles > maxTakenFiles)
      throw limit(`it has more than ${maxTakenFiles} files that name packages`);
    if (entry.path.split('/', maxDepth + 1).length > maxDepth)
      return {
        how: 'passing',
        taker: {
          push: () => undefined,
          end: () => ({ kind: 'fault', message: `it lies more than ${maxDepth} folders deep` }),
        },
      };
    if (taking.how === 'whole' && entry.size <= taking.maxBytes) this.#takenBytes += entry.size;
    if (this.#takenBytes > maxTakenBytes)
      throw limit(`files that name packages have more than ${maxTakenBytes} bytes`);
    return taking;
  }

  #take(entry: LayerEntry, cataloger: Cataloger, taking: Taking): ContentTaker {
    const keep = (read: () => FileFacts | undefined, sha256?: string): void => {
      const facts = this.#read(read);
      if (facts !== undefined)
        this.#files.push({
          path: entry.path,
          cataloger: cataloger.id,
          facts,
          ...(sha256 === undefined ? {} : { sha256 }),
        });
    };
    if (taking.how === 'passing') {
      const { taker } = taking;
      let fault: unknown;
      return {
        push: (piece) => {
          if (fault !== undefined) return;
          try {
            taker.push(piece);
          } catch (error) {
            fault = error;
          }
        },
        end: () =>
          keep(() => {
            if (fault !== undefined) throw fault;
            return taker.end();
          }),
      };
    }
    const { maxBytes, read } = taking;
    if (entry.size > maxBytes) {
      const message = `it has ${entry.size} bytes, at most ${maxBytes} are read`;
      return { push: () => undefined, end: () => keep(() => ({ kind: 'fault', message })) };
    }
    const content = Buffer.allocUnsafe(entry.size);
    let at = 0;
    return {
      push: (piece) => {
        content.set(piece, at);
        at += piece.length;
      },
      end: () =>
        keep(() => read(content, entry.path), createHash('sha256').update(content).digest('hex')),
    };
  }

  #takeBinary(entry: LayerEntry): ContentTaker {
    const taker: BinaryTaker = binaryTaker();
    return {
      push: (piece) => taker.push(piece),
      end: () => {
        const facts = this.#read(() => taker.end());
        if (!taker.binary) return;
        this.#binaries.push(entry.path);
        if (facts !== undefined) this.#files.push({ path: entry.path, cataloger: 'go', facts });
        else if (libraryName(entry.path) !== undefined)
          this.#files.push({
            path: entry.path,
            cataloger: 'native',
            facts: { kind: 'native-library' },
          });
      },
    };
  }

  /** Evidence that cannot be read is told, not thrown: one odd file does not hide the rest. */
  #read(read: () => FileFacts | undefined): FileFacts | undefined {
    try {
      const facts = read();
      const count = facts === undefined ? 0 : packagesIn(facts);
      if (count > maxPackages)
        throw new RangeError(`it lists ${count} packages, at most ${maxPackages} are read`);
      return facts;
    } catch (error) {
      return {
        kind: 'fault',
        message: error instanceof Error ? error.message : String(error),
      };
    }
  }

  /** A hard link is another name of a file of the same layer. */
  #resolveHardlinks(): void {
    const byPath = new Map(this.#files.map((file) => [file.path, file]));
    const binaries = new Set(this.#binaries);
    for (const { path, link, mode } of this.#hardlinks) {
      const target = link.replace(/^(?:\.?\/)+/, '');
      const file = byPath.get(target);
      if (file !== undefined) this.#files.push({ ...file, path });
      else if (wanted({ path, link: '', mode, size: 0, type: 'file' }) && !binaries.has(target))
        this.#files.push({
          path,
          cataloger: 'layer',
          facts: { kind: 'fault', message: `it is a hard link to ${target}, which was not read` },
        });
      if (binaries.has(target)) this.#binaries.push(path);
    }
  }
}

/** Folders above evidence. */
const maxDepth = 128;
/** Of one database or program. */
const maxPackages = 100_000;

function packagesIn(facts: FileFacts): number {
  if (facts.kind === 'go-binary') return facts.info.modules.length;
  return 'packages' in facts ? facts.packages.length : 0;
}

function wanted(entry: LayerEntry): boolean {
  return allCatalogers.some((cataloger) => cataloger.wants(entry)?.how === 'whole');
}

/** Links that catalogers follow: to `os-release`, to a shared copyright, to a folder of libraries. */
function leadsToEvidence(path: string): boolean {
  return (
    !path.includes('/') ||
    /(?:^|\/)os-release$/.test(path) ||
    /(?:^|\/)usr\/share\/doc\/[^/]+(?:\/copyright)?$/.test(path) ||
    /(?:^|\/)(?:var\/lib\/(?:dpkg|rpm)|lib\/apk)$/.test(path)
  );
}

const minBinaryBytes = 512;

function mayBeBinary({ path, mode, size }: LayerEntry): boolean {
  return size >= minBinaryBytes && ((mode & 0o111) !== 0 || /\.so(?:\.[0-9.]+)?$/.test(path));
}
