import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/commands/**/*.test.ts',
      'test/conformance/**/*.test.ts',
      'test/hostile/*.test.ts',
      'test/lint/**/*.test.ts',
    ],
    setupFiles: ['test/support/setup.ts'],
    disableConsoleIntercept: true,
    // Generous: on a busy machine a test that starts programs may wait long for its turn.
    testTimeout: 60_000,
    // Two cores: more files at once only wait for each other.
    maxWorkers: 2,
    // Modules hold no state between tests, so each worker loads them once: a fifth of the time.
    isolate: false,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/**/*.gen.ts', 'src/**/*.worker.ts'],
      // Floors, with `--coverage` only: a little below what the tests of these folders, test/hostile and
      // test/conformance reach by themselves.
      thresholds: {
        'src/archive/**/*.ts': { lines: 97, branches: 90 },
        'src/attestation/**/*.ts': { lines: 93, branches: 85 },
        'src/checks/**/*.ts': { lines: 97, branches: 92 },
        'src/config/**/*.ts': { lines: 99, branches: 96 },
        'src/oci/**/*.ts': { lines: 95, branches: 89 },
        'src/policy/**/*.ts': { lines: 80, branches: 72 },
        'src/report/**/*.ts': { lines: 82, branches: 65 },
        'src/support/**/*.ts': { lines: 98, branches: 87 },
        'src/uds/**/*.ts': { lines: 97, branches: 92 },
        'src/zarf/**/*.ts': { lines: 90, branches: 83 },
      },
    },
  },
});
