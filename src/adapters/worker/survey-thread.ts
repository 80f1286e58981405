import { Worker } from 'node:worker_threads';
import { InternalError } from '../../errors/families.ts';
import type { SurveyJob, SurveyReply } from './survey-messages.ts';

/** Room for short-lived objects: more would only be collected later. */
const youngMebibytes = 8;

/** A thread that does one job after another. It starts at once, so that it is ready when the first one comes. */
export class SurveyThread {
  readonly #worker: Worker;
  #failure: InternalError | undefined;
  #answered: ((reply: SurveyReply | InternalError) => void) | undefined;

  constructor() {
    // The same file from source and compiled.
    const name = `./survey.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
    this.#worker = new Worker(new URL(name, import.meta.url), {
      name: 'cowa-survey',
      resourceLimits: { maxYoungGenerationSizeMb: youngMebibytes },
    });
    this.#worker.on('message', (reply: SurveyReply) => this.#answer(reply));
    this.#worker.on('error', (cause) =>
      this.#fail(new InternalError('a survey thread failed', { cause })),
    );
    this.#worker.on('exit', (code) =>
      this.#fail(new InternalError(`a survey thread ended with code ${code}`)),
    );
    this.#worker.unref();
  }

  /** False once the thread ended: it does nothing any more. */
  get alive(): boolean {
    return this.#failure === undefined;
  }

  /** What came of the job; an error where the thread ended before it was done. */
  do<Job extends SurveyJob>(
    job: Job,
    watch: SharedArrayBuffer,
  ): Promise<SurveyReply<Job['kind']> | InternalError> {
    if (this.#failure !== undefined) return Promise.resolve(this.#failure);
    // Waiting for a job, a thread does not keep the program from ending; doing one, it does.
    this.#worker.ref();
    return new Promise((resolve) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the thread does what it is asked: the result is of the job's kind
      this.#answered = resolve as (reply: SurveyReply | InternalError) => void;
      this.#worker.postMessage({ job, watch });
    });
  }

  async end(): Promise<void> {
    this.#fail(new InternalError('the survey threads were stopped'));
    await this.#worker.terminate();
  }

  #answer(reply: SurveyReply | InternalError): void {
    const answered = this.#answered;
    this.#answered = undefined;
    this.#worker.unref();
    answered?.(reply);
  }

  #fail(error: InternalError): void {
    this.#failure ??= error;
    this.#answer(this.#failure);
  }
}
