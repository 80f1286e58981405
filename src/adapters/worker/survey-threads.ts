import { ArchiveError } from '../../archive/archive-error.ts';
import type { FileSurveys, SurveyWatch } from '../../archive/file-surveys.ts';
import type { OpenFiles } from '../../archive/open-files.ts';
import type { ReadLimits } from '../../archive/read-limits.ts';
import type { Survey } from '../../archive/survey.ts';
import { isFatal, surveyOf } from '../../archive/survey-front-to-back.ts';
import type { SectionPlace, SurveyedSection } from '../../archive/surveyed-tar.ts';
import { InternalError } from '../../errors/families.ts';
import { type Digest, digestFromHex } from '../../oci/digest.ts';
import { ringMemory } from './chunk-ring.ts';
import { SharedWatch } from './shared-watch.ts';
import type { JobInput, JobResults, NoResult, SurveyJob } from './survey-messages.ts';
import { SurveyThread } from './survey-thread.ts';

/** How often who waits is told of progress. */
const tellMs = 100;
/** More would hold more memory than is allowed. */
const mostThreads = 4;

/** Megabytes between the thread that reads and the next: that one holds frames of 8 MiB, and a few more shall be on their way. */
const byteSlots = 30;
/** Megabytes between decoding and reading the tar, which holds no more than one. */
const contentSlots = 10;

/** Gives a job to a thread; undefined when the survey was stopped meanwhile. */
type Ask = <Job extends SurveyJob>(job: Job) => Promise<JobResults[Job['kind']] | undefined>;

/** Surveys by threads of their own, which are started when they are first needed. */
export class SurveyThreads implements FileSurveys {
  readonly parallelism: number;
  readonly #idle: SurveyThread[] = [];
  readonly #all = new Set<SurveyThread>();
  #before: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(cores: number) {
    this.parallelism = Math.min(cores, mostThreads);
  }

  sections(
    files: OpenFiles,
    places: readonly SectionPlace[],
    limits: ReadLimits,
    sound: (section: SurveyedSection, index: number) => boolean,
    watch: SurveyWatch,
  ): Promise<readonly SurveyedSection[] | undefined> {
    return this.#alone(files, watch, async (ask, stop) => {
      const waiting = [...places.entries()].sort(
        ([, a], [, b]) => b.end - b.start - (a.end - a.start),
      );
      const found: SurveyedSection[] = [];
      let done = 0;
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [index, place] = next;
          const section = await ask({ kind: 'section', files: files.spans, place, limits });
          if (section === undefined) return;
          if (!sound(section, index)) {
            waiting.length = 0;
            return stop();
          }
          found[index] = section;
          done++;
        }
      };
      await Promise.all(Array.from({ length: this.parallelism }, work));
      return done === places.length ? found : undefined;
    });
  }

  async frontToBack(
    files: OpenFiles,
    limits: ReadLimits,
    how: { readonly wholeDigest: boolean; readonly decodeApart: boolean },
    watch: SurveyWatch,
  ): Promise<Survey> {
    const survey = await this.#alone(files, watch, async (ask) => {
      const { spans } = files;
      const bytes = how.wholeDigest ? ringMemory(byteSlots) : undefined;
      const input = bytes === undefined ? { files: spans } : { ring: bytes };
      const [hex, seen] = await Promise.all([
        bytes === undefined ? undefined : ask({ kind: 'whole', files: spans, out: bytes }),
        how.decodeApart
          ? decodedApart(ask, input, limits)
          : ask({ kind: 'archive', input, limits }),
      ]);
      return seen === undefined ? undefined : withDigest(seen, how.wholeDigest, hex);
    });
    if (survey === undefined) throw new InternalError('a survey was stopped by nobody');
    if (!isFatal(survey.container)) await files.unchanged();
    return survey;
  }

  async end(): Promise<void> {
    this.#over = true;
    await Promise.all([...this.#all].map((thread) => thread.end()));
  }

  /** One survey after another; each is over when none of its threads works any more. */
  #alone<Result>(
    files: OpenFiles,
    watch: SurveyWatch,
    survey: (ask: Ask, stop: () => void) => Promise<Result>,
  ): Promise<Result> {
    const mine = this.#before.then(() => this.#watched(files, watch, survey));
    this.#before = mine.catch(() => undefined);
    return mine;
  }

  async #watched<Result>(
    files: OpenFiles,
    { signal, onBytes }: SurveyWatch,
    survey: (ask: Ask, stop: () => void) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const shared = new SharedWatch();
    const stop = (): void => shared.stop();
    const tell = (): void => {
      const more = shared.take();
      if (more > 0) onBytes(more);
    };
    const asked: Promise<unknown>[] = [];
    let failure: Error | undefined;
    const ask: Ask = async (job) => {
      const answer = this.#ask(job, shared.memory, files);
      asked.push(answer);
      const given = await answer;
      if (!(given instanceof Error)) return given;
      failure ??= given;
      stop();
      return undefined;
    };
    const timer = setInterval(tell, tellMs);
    signal.addEventListener('abort', stop);
    try {
      const result = await survey(ask, stop);
      signal.throwIfAborted();
      if (failure !== undefined) throw failure;
      tell();
      return result;
    } finally {
      stop();
      await Promise.all(asked);
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  async #ask<Job extends SurveyJob>(
    job: Job,
    watch: SharedArrayBuffer,
    files: OpenFiles,
  ): Promise<JobResults[Job['kind']] | Error | undefined> {
    if (this.#over) return new InternalError('the survey threads were stopped');
    const thread = this.#idle.pop() ?? this.#started();
    const reply = await thread.do(job, watch);
    if (thread.alive) this.#idle.push(thread);
    else this.#all.delete(thread);
    if (reply instanceof Error) return reply;
    if ('result' in reply) return reply.result;
    return failureOf(reply, files);
  }

  #started(): SurveyThread {
    const thread = new SurveyThread();
    this.#all.add(thread);
    return thread;
  }
}

/** Undefined where the thread was told to stop. */
function failureOf(reply: NoResult, files: OpenFiles): Error | undefined {
  if ('unreadable' in reply) return files.failure(reply.unreadable);
  if ('refused' in reply) {
    const { code, message, suggestions } = reply.refused;
    return new ArchiveError(code, message, { suggestions });
  }
  return 'crash' in reply ? new InternalError(`a survey thread failed: ${reply.crash}`) : undefined;
}

async function decodedApart(
  ask: Ask,
  input: JobInput,
  limits: ReadLimits,
): Promise<Survey | undefined> {
  const content = ringMemory(contentSlots);
  const [frames, found] = await Promise.all([
    ask({ kind: 'frames', input, limits, out: content }),
    ask({ kind: 'tar', ring: content, limits }),
  ]);
  if (frames === undefined || found === undefined) return undefined;
  const { tar, tarSize, broke = frames.walk } = found;
  return surveyOf({ walk: broke, seen: tar, tarSize, read: frames.read, digest: undefined });
}

function withDigest(survey: Survey, wanted: boolean, hex: string | undefined): Survey {
  if (!wanted || isFatal(survey.container)) return survey;
  if (hex === undefined) throw new InternalError('a whole archive was read and not hashed');
  const digest: Digest = digestFromHex(hex);
  return { ...survey, container: { ...survey.container, digest } };
}
