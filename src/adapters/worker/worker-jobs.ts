import { createHash, type Hash } from 'node:crypto';
import { ArchiveError, type ArchiveErrorCode } from '../../archive/archive-error.ts';
import { freeNow } from '../../archive/compute-in-thread.ts';
import { decodeFrameNow } from '../../archive/frame-codec.ts';

/** What a thread is asked to do, in the order of the messages. */
export type WorkerRequest =
  | {
      readonly kind: 'hash';
      readonly id: number;
      readonly session: number;
      readonly pieces: readonly Uint8Array[];
    }
  | { readonly kind: 'digest'; readonly id: number; readonly session: number }
  | {
      readonly kind: 'decode';
      readonly id: number;
      readonly frame: Uint8Array;
      readonly maxBytes: number;
      readonly target: Uint8Array;
    };

/** One answer to each request. */
export type WorkerReply =
  | { readonly id: number; readonly value: string | number }
  | {
      readonly id: number;
      readonly fault: { readonly code: ArchiveErrorCode; readonly message: string };
    }
  | { readonly id: number; readonly crash: string };

/** The work of one thread, without the thread. */
export class WorkerJobs {
  readonly #hashes = new Map<number, Hash>();

  answer(request: WorkerRequest): WorkerReply {
    const { id } = request;
    try {
      return { id, value: this.#do(request) };
    } catch (error) {
      if (error instanceof ArchiveError)
        return { id, fault: { code: error.code, message: error.message } };
      return { id, crash: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }

  #do(request: WorkerRequest): string | number {
    switch (request.kind) {
      case 'hash': {
        const hash = this.#hash(request.session);
        for (const piece of request.pieces) hash.update(piece);
        return 0;
      }
      case 'digest': {
        const hash = this.#hash(request.session);
        this.#hashes.delete(request.session);
        return hash.digest('hex');
      }
      case 'decode': {
        const content = decodeFrameNow(request.frame, request.maxBytes);
        request.target.set(content);
        const { length } = content;
        // Megabytes that a collector would leave lying for a long while.
        freeNow(content);
        freeNow(request.frame);
        return length;
      }
    }
  }

  #hash(session: number): Hash {
    const found = this.#hashes.get(session) ?? createHash('sha256');
    this.#hashes.set(session, found);
    return found;
  }
}
