import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/interop/**/*.interop.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    disableConsoleIntercept: true,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
