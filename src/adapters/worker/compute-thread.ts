import { Worker } from 'node:worker_threads';
import { ArchiveError } from '../../archive/archive-error.ts';
import { InternalError } from '../../errors/families.ts';
import type { WorkerReply, WorkerRequest } from './worker-jobs.ts';

type Asked = WorkerRequest extends infer Request
  ? Request extends { readonly id: number }
    ? Omit<Request, 'id'>
    : never
  : never;

interface Waiting {
  readonly bytes: number;
  readonly done: (value: string | number) => void;
  readonly failed: (error: unknown) => void;
}

/** One worker thread, started when it is first asked for something. Requests are answered in order. */
export class ComputeThread {
  /** Bytes it was given and has not worked through. */
  outstanding = 0;
  /** Hash sessions that live here. */
  sessions = 0;
  #worker: Worker | undefined;
  #failure: unknown;
  #id = 0;
  readonly #waiting = new Map<number, Waiting>();
  #room: (() => void)[] = [];

  /** Resolves with the answer. `bytes` says how much work it is; memory in `moved` is lost to the caller. */
  ask(request: Asked, bytes: number, moved: readonly ArrayBuffer[] = []): Promise<string | number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const worker = this.#started();
    const id = ++this.#id;
    this.outstanding += bytes;
    if (this.#waiting.size === 0) worker.ref();
    const answer = new Promise<string | number>((done, failed) =>
      this.#waiting.set(id, { bytes, done, failed }),
    );
    worker.postMessage({ ...request, id }, [...moved]);
    return answer;
  }

  /** Resolves at the next answer. */
  progress(): Promise<void> {
    if (this.#waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#room.push(resolve));
  }

  async stop(): Promise<void> {
    this.#fail(new InternalError('the worker threads were stopped'));
    await this.#worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    // The same file from source and compiled.
    const name = `./compute.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
    const worker = new Worker(new URL(name, import.meta.url), { name: 'cowa-compute' });
    worker.on('message', (reply: WorkerReply) => this.#answered(reply));
    worker.on('error', (error) =>
      this.#fail(new InternalError('a worker thread failed', { cause: error })),
    );
    worker.on('exit', (code) =>
      this.#fail(new InternalError(`a worker thread ended with code ${code}`)),
    );
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #answered(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    this.outstanding -= waiting.bytes;
    // An idle thread does not keep the program from ending.
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('value' in reply) waiting.done(reply.value);
    else if ('fault' in reply)
      waiting.failed(new ArchiveError(reply.fault.code, reply.fault.message));
    else waiting.failed(new InternalError(`a worker thread failed: ${reply.crash}`));
    this.#wake();
  }

  #fail(error: InternalError): void {
    this.#failure ??= error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.outstanding = 0;
    for (const each of waiting) each.failed(this.#failure);
    this.#wake();
  }

  #wake(): void {
    const room = this.#room;
    this.#room = [];
    for (const resolve of room) resolve();
  }
}
