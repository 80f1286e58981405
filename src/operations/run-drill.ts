import { ArchiveError } from '../archive/archive-error.ts';
import { isArchiveName } from '../archive/archive-name.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { mapArchive } from '../archive/drill/map-archive.ts';
import type { ReadLimits } from '../archive/read-limits.ts';
import { parseSignatureBundle } from '../attestation/signature-bundle.ts';
import type { Finding } from '../checks/check.ts';
import { CowaError, InputError, UsageError } from '../errors/families.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Signer } from '../ports/signer.ts';
import type { DrillRefusal, DrillReport, DrillResult } from '../report/drill-report.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import { type DrilledArchive, DrillSource } from './drill-source.ts';
import type { NotPlayed, Tampering } from './drill-tampering.ts';
import { planArchiveDrill } from './plan-archive-drill.ts';
import { planFolderDrill } from './plan-folder-drill.ts';
import { folderOf, isReleaseStatement, isSignatureOf } from './read-beside.ts';
import { signBlobBundle } from './sign-blob.ts';
import { signStatement } from './sign-statement.ts';

/** Nothing can be shown of what was named. */
export class DrillError extends UsageError<
  | 'DRILL_NOT_POSSIBLE' // standard input, or parts: it has to be read again and again, in one piece
  | 'DRILL_UNSOUND' // the archive cannot be read as it is
> {}

type Report = VerifyReport | FolderReport;

export interface DrillRequest {
  /** An archive in one piece, or a folder. */
  readonly location: string;
  readonly programVersion: string;
}

export interface DrillPorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  readonly limits: ReadLimits;
  /** Judges as verify does with the same flags, reading through the given source. @throws CowaError */
  judge(location: string, source: ArchiveSource): Promise<Report>;
  /** Somebody nobody trusts, whose signatures are sound. */
  readonly stranger: { readonly signer: Signer; readonly judge: SignatureJudge };
}

const maxSmallBytes = 16 * 2 ** 20;
const maxShownRefusals = 6;

/**
 * Plays through what somebody could do to an archive or a release, each in passing while it is judged, and says what
 * refused it. Nothing is written, and what is named is only read; memory does not grow with it.
 * @throws DrillError; what judging it as it is throws
 */
export async function runDrill(
  { location, programVersion }: DrillRequest,
  ports: DrillPorts,
  run: Run,
): Promise<DrillReport> {
  if (location === '-') throw notPossible('standard input can be read once only');
  const drill = new Drill(ports, run);
  const names = await ports.source.list(location, run);
  const untouched = await drill.judge(location, undefined);
  const results: DrillResult[] = [];
  const notPlayed: NotPlayed[] = [];
  const note = (more: readonly NotPlayed[]): void => {
    for (const each of more) if (!notPlayed.some(({ id }) => id === each.id)) notPlayed.push(each);
  };
  if (names === undefined) {
    const done = await drill.archive(location, untouched);
    results.push(...done.results);
    note(done.notPlayed);
  } else {
    const folder = `${location.replace(/\/+$/, '')}/`;
    const archives = names.filter(isArchiveName);
    for (const name of archives) {
      const alone = await drill.judge(`${folder}${name}`, undefined);
      const done = await drill.archive(`${folder}${name}`, alone);
      results.push(...done.results);
      note(done.notPlayed);
    }
    const done = await drill.folder(location, folder, { names, archives }, untouched);
    results.push(...done.results);
    note(done.notPlayed);
  }
  const again = await drill.judge(location, undefined);
  const unchanged = JSON.stringify(again) === JSON.stringify(untouched);
  const good = unchanged && results.every(({ refused, told }) => refused || told !== undefined);
  const played = new Set(results.map(({ id }) => id));
  return {
    schema: 'cowa-release/verify-drill/v1',
    program: { name: 'cowa-release', version: programVersion },
    location,
    outcome: good ? 'all-refused' : 'not-all-refused',
    exitCode: good ? 0 : 1,
    untouched: { outcome: untouched.verdict.outcome, headline: untouched.verdict.headline },
    unchanged,
    tamperings: results,
    notPlayed: notPlayed.filter(({ id }) => !played.has(id)),
    passes: drill.passes,
    bytesRead: drill.bytesRead,
  };
}

interface Done {
  readonly results: readonly DrillResult[];
  readonly notPlayed: readonly NotPlayed[];
}

/** One run of it: counts what is read. */
class Drill {
  passes = 0;
  bytesRead = 0;
  readonly #ports: DrillPorts;
  readonly #run: Run;

  constructor(ports: DrillPorts, run: Run) {
    this.#ports = ports;
    this.#run = run;
  }

  /** Judges a place as it is, or tampered with. */
  async judge(
    location: string,
    tampered: { readonly archive: DrilledArchive; readonly tampering: Tampering } | undefined,
  ): Promise<Report> {
    this.#run.signal.throwIfAborted();
    this.passes += 1;
    const { source, compute, limits } = this.#ports;
    const archive = tampered?.archive ?? { location: undefined, folder: '', compressed: false };
    return this.#ports.judge(
      location,
      new DrillSource(source, archive, tampered?.tampering ?? {}, { compute, limits }, (bytes) => {
        this.bytesRead += bytes;
      }),
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
    const map = await this.#map(location);
    const detached = `${name}.sigstore.json`;
    const { tamperings, notPlayed } = await planArchiveDrill({
      map,
      vouchers,
      strangerOver: async (bytes) => Buffer.from(await this.#signed(bytes)),
      strangerBeside: vouchers.has(detached)
        ? { name: detached, bytes: () => this.#signedWhole(location) }
        : undefined,
    });
    const archive = { location, folder, compressed: map.compressed };
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
      results.push(resultOf(name, tampering, played, common));
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
      results.push(resultOf(location, tampering, played, []));
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
      return {
        outcome,
        refused: outcome === 'fail' || (outcome === 'incomplete' && was.outcome === 'pass'),
        by: refusalsOf(report, untouched),
        ...(told === undefined ? {} : { told }),
      };
    } catch (error) {
      if (!(error instanceof CowaError) || this.#run.signal.aborted) throw error;
      if (!(error instanceof InputError)) throw error;
      const { code, message } = error;
      return { outcome: 'unreadable', refused: true, by: [{ check: 'container', code, message }] };
    }
  }

  async #map(location: string) {
    const { source, compute, limits } = this.#ports;
    this.passes += 1;
    await using opened = await source.open(location, this.#run);
    this.bytesRead += opened.size ?? 0;
    try {
      return await mapArchive(opened.chunks(this.#run), limits, compute);
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
    return Buffer.from(await signBlobBundle(opened.chunks(this.#run), signer, this.#run));
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

interface Played {
  readonly outcome: DrillResult['outcome'];
  readonly refused: boolean;
  readonly by: readonly DrillRefusal[];
  readonly told?: string;
}

/** What refused it for itself comes before what refuses any file that was compressed anew. */
function resultOf(
  subject: string,
  { id, what, where }: Tampering,
  { outcome, refused, by, told }: Played,
  repacked: readonly DrillRefusal[],
): DrillResult {
  const isCommon = ({ check, code }: DrillRefusal): boolean =>
    repacked.some((each) => each.check === check && each.code === code);
  const own = by.filter((each) => !isCommon(each));
  return {
    id,
    subject,
    what,
    where,
    refused,
    outcome,
    ...(told === undefined || refused ? {} : { told }),
    bySignatureOverBytesOnly: refused && by.length > 0 && own.length === 0,
    by: [...own, ...by.filter(isCommon)].slice(0, maxShownRefusals),
  };
}

/** What speaks against it now and did not before: each check and code once. */
function refusalsOf(report: Report, untouched: Report): readonly DrillRefusal[] {
  const keyOf = ({ id, code = '' }: Finding): string => `${id} ${code}`;
  const before = new Set(against(untouched).map(keyOf));
  const seen = new Map<string, DrillRefusal>();
  for (const finding of against(report)) {
    const key = keyOf(finding);
    if (before.has(key) || seen.has(key)) continue;
    const { id, code = '', message } = finding;
    seen.set(key, { check: id, code, message });
  }
  const unreadable = 'archives' in report ? report.unreadable : [];
  return [
    ...seen.values(),
    ...unreadable.map(({ code, message }) => ({ check: 'container', code, message })),
  ];
}

/** Errors that fail; of what is not proven, what was left open. */
function against(report: Report): readonly Finding[] {
  const reports = 'archives' in report ? [report, ...report.archives] : [report];
  const findings = reports.flatMap((each) => each.findings);
  const wanted = report.verdict.outcome === 'incomplete' ? 'undecided' : 'fail';
  return findings.filter(
    ({ outcome, severity, waiver }) =>
      outcome === wanted &&
      waiver === undefined &&
      (wanted === 'undecided' || report.verdict.failOn.includes(severity)),
  );
}

function notPossible(why: string): DrillError {
  return new DrillError('DRILL_NOT_POSSIBLE', `a drill reads again and again: ${why}`, {
    suggestions: ['Name one archive in one piece, or one folder'],
  });
}
