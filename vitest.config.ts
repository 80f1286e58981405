import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/commands/**/*.test.ts',
      'test/conformance/**/*.test.ts',
      'test/hostile/*.test.ts',
    ],
    setupFiles: ['test/support/setup.ts'],
    disableConsoleIntercept: true,
    // Generous: on a busy machine a test that starts programs may wait long for its turn.
    testTimeout: 60_000,
    // Two cores: more files at once only wait for each other.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/**/*.gen.ts', 'src/**/*.worker.ts'],
    },
  },
});
