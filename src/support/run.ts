/** Something that happened inside an operation, for people who wait. */
export type ProgressEvent =
  | {
      readonly kind: 'step-started';
      readonly step: string;
      readonly title: string;
      readonly totalBytes?: number;
      /** It is none of the steps that were planned, and does not count as one. */
      readonly aside?: boolean;
    }
  | {
      readonly kind: 'step-progress';
      readonly step: string;
      readonly bytes: number;
      /** Where it became known only now. */
      readonly totalBytes?: number;
      /** What the step is doing now, where it does one thing after another: `writing`, then `verifying`. */
      readonly phase?: string;
    }
  | {
      readonly kind: 'step-finished';
      readonly step: string;
      /** `partial`: it was tried, did not come to its end, and that was allowed; never a success. */
      readonly outcome: 'done' | 'reused' | 'partial' | 'failed' | 'skipped';
      readonly note?: string;
    }
  | {
      /** Something that is counted happened; for the record of the run. */
      readonly kind: 'counted';
      readonly what: RunCounter;
      readonly by: number;
    }
  | {
      /** How much is ahead: said once, before the first step. */
      readonly kind: 'planned';
      readonly steps: number;
    }
  | {
      /** How long it will take, going by what such runs took before. */
      readonly kind: 'expected';
      readonly durationMs: number;
    }
  | { readonly kind: 'note'; readonly message: string };

/** What is counted while a run works: content found in the cache or not, requests to registries, and how they went. */
export type RunCounter = 'cacheHits' | 'cacheMisses' | 'requests' | 'failedRequests' | 'retries';

/** What every asynchronous call of ours receives: how to stop it, and whom to tell. */
export interface Run {
  readonly signal: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/**
 * The same run, whose byte counts speak for one step of a larger work; steps within it stay silent.
 * @param phase what the step does meanwhile, where it does more than one thing
 */
export function runWithin(run: Run, step: string, phase?: string): Run {
  const { signal, onProgress } = run;
  if (onProgress === undefined) return { signal };
  return {
    signal,
    onProgress: (event) => {
      if (event.kind === 'step-progress')
        onProgress({ ...event, step, ...(phase === undefined ? {} : { phase }) });
      else if (event.kind === 'note' || event.kind === 'counted') onProgress(event);
    },
  };
}
