import { ArchiveError } from '../archive/archive-error.ts';
import type { ChunkSource } from '../archive/chunk-source.ts';
import { inThreadCompute } from '../archive/compute-in-thread.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { type CondensedArchive, condenseArchive } from '../archive/drill/condense-archive.ts';
import { type ArchiveMap, mapArchive } from '../archive/drill/map-archive.ts';
import type { ReadLimits } from '../archive/read-limits.ts';
import { parseSignatureBundle } from '../attestation/signature-bundle.ts';
import { CowaError, InputError } from '../errors/families.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Signer } from '../ports/signer.ts';
import type { DrillResult } from '../report/drill-report.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import { DrillError } from './drill-error.ts';
import { type Played, refusalsOf, resultOf } from './drill-results.ts';
import {
  type DrilledArchive,
  DrillSource,
  inPieces,
  type SeenArchives,
  touchesArchive,
} from './drill-source.ts';
import type { NotPlayed, Tampering } from './drill-tampering.ts';
import { planArchiveDrill } from './plan-archive-drill.ts';
import { planFolderDrill } from './plan-folder-drill.ts';
import { folderOf, isReleaseStatement, isSignatureOf } from './read-beside.ts';
import { signBlobBundle } from './sign-blob.ts';
import { signStatement } from './sign-statement.ts';

type Report = VerifyReport | FolderReport;

export interface DrillPorts {
  readonly source: ArchiveSource;
  readonly limits: ReadLimits;
  /** Judges as verify does with the same flags, reading through the given source. @throws CowaError */
  judge(location: string, source: ArchiveSource): Promise<Report>;
  /** Somebody nobody trusts, whose signatures are sound. */
  readonly stranger: { readonly signer: Signer; readonly judge: SignatureJudge };
  /** Of an archive larger than this, contents larger than that are read at first and at the end only, where nobody touches them; bytes. */
  readonly large?: { readonly archive: number; readonly content: number };
}

const maxSmallBytes = 16 * 2 ** 20;
const usualLarge = { archive: 64 * 2 ** 20, content: 8 * 2 ** 20 };

interface Done {
  readonly results: readonly DrillResult[];
  readonly notPlayed: readonly NotPlayed[];
}

/** One run of it: counts what is read. */
export class Drill {
  passes = 0;
  bytesRead = 0;
  standIns = { contents: 0, bytes: 0 };
  #seen: SeenArchives = new Map();
  readonly #ports: DrillPorts;
  readonly #run: Run;

  constructor(ports: DrillPorts, run: Run) {
    this.#ports = ports;
    this.#run = run;
  }

  /** What is judged next as it is, is read anew. */
  forget(): void {
    this.#seen = new Map();
  }

  /** Judges a place as it is, or tampered with. */
  async judge(
    location: string,
    tampered: { readonly archive: DrilledArchive; readonly tampering: Tampering } | undefined,
  ): Promise<Report> {
    this.#run.signal.throwIfAborted();
    this.passes += 1;
    const { source, limits } = this.#ports;
    const archive = tampered?.archive ?? { location: undefined, folder: '', compressed: false };
    return this.#ports.judge(
      location,
      new DrillSource(
        source,
        archive,
        tampered?.tampering ?? {},
        this.#seen,
        { compute: inThreadCompute(), limits },
        (bytes) => {
          this.bytesRead += bytes;
        },
      ),
    );
  }

  async archive(location: string, untouched: Report): Promise<Done> {
    const { source } = this.#ports;
    const folder = folderOf(location);
    const name = location.slice(folder.length);
    const beside = (await source.list(folder === '' ? '.' : folder, this.#run)) ?? [];
    const vouchers = new Map<string, Uint8Array>();
    for (const each of beside.filter(
      (one) => isSignatureOf(one, name) || isReleaseStatement(one),
    )) {
      const bytes = await source.readSmall(`${folder}${each}`, maxSmallBytes, this.#run);
      if (bytes !== undefined) vouchers.set(each, bytes);
    }
    const { map, condensed, size } = await this.#map(location);
    const detached = `${name}.sigstore.json`;
    const { tamperings, notPlayed } = await planArchiveDrill({
      map,
      ...(condensed === undefined ? {} : { standIns: condensed.names, wholeSize: size }),
      vouchers,
      strangerOver: async (bytes) => Buffer.from(await this.#signed(bytes)),
      strangerBeside: vouchers.has(detached)
        ? { name: detached, bytes: () => this.#signedWhole(location) }
        : undefined,
    });
    const archive = { location, folder, compressed: map.compressed, condensed };
    const step = `drill ${name}`;
    this.#run.onProgress?.({
      kind: 'step-started',
      step,
      title: `${name}: ${tamperings.length} ways`,
    });
    // What any change of the compression alone is refused by says nothing of what was tampered with.
    const repacked = map.compressed
      ? await this.#play(
          location,
          { archive, tampering: { id: 'repacked', what: '', where: '', tar: [] } },
          untouched,
        )
      : undefined;
    const results: DrillResult[] = [];
    for (const tampering of tamperings) {
      const played = await this.#play(location, { archive, tampering }, untouched);
      const common = tampering.tar === undefined ? [] : (repacked?.by ?? []);
      const isCondensed =
        condensed !== undefined && tampering.flip === undefined && touchesArchive(tampering);
      results.push(resultOf(name, tampering, played, { repacked: common, condensed: isCondensed }));
    }
    this.#run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
    return { results, notPlayed };
  }

  async folder(
    location: string,
    folder: string,
    {
      names,
      archives,
    }: { readonly names: readonly string[]; readonly archives: readonly string[] },
    untouched: Report,
  ): Promise<Done> {
    const { source } = this.#ports;
    const { tamperings, notPlayed } = await planFolderDrill({
      names,
      archives,
      read: (name) =>
        names.includes(name)
          ? source.readSmall(`${folder}${name}`, maxSmallBytes, this.#run)
          : Promise.resolve(undefined),
      resign: (statement) => this.#resigned(statement),
    });
    const archive = { location: undefined, folder, compressed: false };
    const step = `drill ${location}`;
    this.#run.onProgress?.({
      kind: 'step-started',
      step,
      title: `${location}: ${tamperings.length} ways`,
    });
    const results: DrillResult[] = [];
    for (const tampering of tamperings) {
      const played = await this.#play(location, { archive, tampering }, untouched);
      results.push(resultOf(location, tampering, played, { repacked: [], condensed: false }));
    }
    this.#run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
    return { results, notPlayed };
  }

  async #play(
    location: string,
    tampered: { readonly archive: DrilledArchive; readonly tampering: Tampering },
    untouched: Report,
  ): Promise<Played> {
    try {
      const report = await this.judge(location, tampered);
      const { outcome, headline } = report.verdict;
      const was = untouched.verdict;
      const told =
        outcome === 'pass' && was.outcome === 'pass' && headline !== was.headline
          ? headline
          : undefined;
      const by = refusalsOf(report, untouched);
      return {
        outcome,
        // What failed before fails still: only what newly speaks against it refused the tampering.
        refused:
          was.outcome === 'fail'
            ? by.length > 0
            : outcome === 'fail' || (outcome === 'incomplete' && was.outcome === 'pass'),
        by,
        ...(told === undefined ? {} : { told }),
      };
    } catch (error) {
      if (!(error instanceof CowaError) || this.#run.signal.aborted) throw error;
      if (!(error instanceof InputError)) throw error;
      const { code, message } = error;
      return { outcome: 'unreadable', refused: true, by: [{ check: 'container', code, message }] };
    }
  }

  async #map(location: string): Promise<{
    readonly map: ArchiveMap;
    readonly condensed: CondensedArchive | undefined;
    readonly size: number;
  }> {
    const { source, limits, large = usualLarge } = this.#ports;
    const compute = inThreadCompute();
    this.passes += 1;
    await using opened = await source.open(location, this.#run);
    const size = opened.size ?? 0;
    const seen = size > large.archive ? await this.#seen.get(location) : undefined;
    try {
      if (seen === undefined) {
        this.bytesRead += size;
        const map = await mapArchive(opened.chunks(this.#run), limits, compute);
        return { map, condensed: undefined, size };
      }
      const condensed = await condenseArchive(
        opened.chunks(this.#run),
        seen,
        limits,
        compute,
        large.content,
      );
      if (condensed.names.size === 0)
        return {
          map: await mapArchive(opened.chunks(this.#run), limits, compute),
          condensed: undefined,
          size,
        };
      this.standIns.contents += condensed.names.size;
      this.standIns.bytes += condensed.leftOut;
      return { map: await mapArchive(inPieces(condensed.bytes), limits, compute), condensed, size };
    } catch (error) {
      if (!(error instanceof ContainerFault) && !(error instanceof ArchiveError)) throw error;
      throw new DrillError(
        'DRILL_UNSOUND',
        `${location} cannot be read as it is, so that tampering with it would show nothing: ${error.message}`,
        { cause: error, suggestions: [`cowa-release verify ${location}`] },
      );
    }
  }

  #signed(bytes: Uint8Array): Promise<string> {
    return signBlobBundle(bytes, this.#ports.stranger.signer, this.#run);
  }

  async #signedWhole(location: string): Promise<Uint8Array> {
    this.passes += 1;
    await using opened = await this.#ports.source.open(location, this.#run);
    this.bytesRead += opened.size ?? 0;
    const { signer } = this.#ports.stranger;
    const whole = givenBack(opened.chunks(this.#run));
    return Buffer.from(await signBlobBundle(whole, signer, this.#run));
  }

  async #resigned(statement: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      const { content } = parseSignatureBundle(statement);
      if (content.kind !== 'dsseEnvelope') return undefined;
      const unsigned = { payload: content.envelope.payload, about: 'the statement' };
      return Buffer.from(await signStatement(unsigned, this.#ports.stranger, this.#run));
    } catch (error) {
      // Several lines, or an odd form: nothing that could be signed anew as it is.
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }
}

/** Chunks whose memory is used again once the next one is asked for. */
async function* givenBack(chunks: ChunkSource): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    chunks.recycle?.(chunk);
  }
}
