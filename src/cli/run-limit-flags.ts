import { Flags } from '@oclif/core';
import { parseMemory } from '../config/memory-size.ts';
import { LimitFlagError } from './limits-from-flags.ts';

/** Flags of commands that run steps side by side: what all of them together may take. */
export const runLimitFlags = {
  memory: Flags.string({
    summary:
      'Memory that steps whose need the definition names may take together, e.g. 8g (default: COWA_MEMORY, no limit)',
    env: 'COWA_MEMORY',
    helpValue: '<size>',
  }),
  connections: Flags.integer({
    summary: 'Requests at once to registries and servers (default: COWA_CONNECTIONS, no limit)',
    env: 'COWA_CONNECTIONS',
    min: 1,
    max: 1000,
  }),
};

/** What steps that run side by side may take together. */
export interface RunLimits {
  readonly memoryBytes?: number;
  /** Requests at once. */
  readonly connections?: number;
}

/**
 * What these flags say.
 * @throws LimitFlagError LIMIT_SIZE
 */
export function runLimits(flags: {
  readonly memory?: string | undefined;
  readonly connections?: number | undefined;
}): RunLimits {
  const { memory, connections } = flags;
  const memoryBytes = memory === undefined ? undefined : parseMemory(memory);
  if (memory !== undefined && memoryBytes === undefined)
    throw new LimitFlagError('LIMIT_SIZE', `'${memory}' is no size of memory`, {
      suggestions: ['Give it as --memory 8g, or 512m'],
    });
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(connections === undefined ? {} : { connections }),
  };
}
