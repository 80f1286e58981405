import { defineConfig } from 'vitest/config';

/** Everything that takes minutes: all variants, all mutations, fuzzing with a time budget. */
export default defineConfig({
  test: {
    include: ['test/hostile/long/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    disableConsoleIntercept: true,
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
});
