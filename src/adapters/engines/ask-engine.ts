import { EngineError } from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { spelledTime } from '../../support/spelled-time.ts';
import { callEngine, type EngineCall, type EngineEnd } from './engine-process.ts';

/** What an engine is asked before it builds. */
export interface EngineQuestion extends Pick<EngineCall, 'program' | 'args' | 'env'> {
  /** As people know who is to answer: `buildah`, `the BuildKit at tcp://…`. */
  readonly title: string;
}

/** How long is waited for an answer, in milliseconds. */
export interface Patience {
  /** Then it is told that somebody is waited for. */
  readonly tellMs: number;
  /** Then it is given up. */
  readonly endMs: number;
}

const usual: Patience = { tellMs: 1000, endMs: 30_000 };

/**
 * Asks an engine who it is. One that does not answer at once is told as a step of its own: nobody waits without
 * knowing for what.
 * @throws EngineError ENGINE_MISSING, ENGINE_TIMEOUT
 */
export async function askEngine(
  { title, ...question }: EngineQuestion,
  run: Run,
  { tellMs, endMs }: Patience = usual,
): Promise<EngineEnd> {
  const step = `engine ${title}`;
  let isTold = false;
  const timer = setTimeout(() => {
    isTold = true;
    const waits = `Wait for ${title} to answer, for ${spelledTime(endMs)} at most`;
    run.onProgress?.({ kind: 'step-started', step, title: waits, aside: true });
  }, tellMs);
  const end = (outcome: 'done' | 'failed'): void => {
    clearTimeout(timer);
    if (isTold) run.onProgress?.({ kind: 'step-finished', step, outcome });
  };
  try {
    const said = await callEngine({ ...question, home: '/', timeoutMs: endMs }, run);
    end('done');
    return said;
  } catch (error) {
    end('failed');
    if (!(error instanceof EngineError) || error.code !== 'ENGINE_TIMEOUT') throw error;
    throw new EngineError(
      'ENGINE_TIMEOUT',
      `${title} did not answer within ${spelledTime(endMs)}: ${question.program} ${question.args.join(' ')}`,
      {
        cause: error,
        suggestions: [
          'Run that command by hand to see what it waits for',
          'Or name another engine with --engine',
        ],
      },
    );
  }
}
