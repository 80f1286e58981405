import type { RunContext } from '../../src/report/run-record.ts';

/** A run of long ago. */
export const aRunContext: RunContext = {
  id: '20261121T120000Z-000001',
  command: 'assemble',
  program: { name: 'cowa-release', version: '0.0.0' },
  startedAt: '2026-11-21T12:00:00Z',
  release: { name: 'demo', version: '1.0.0', architecture: 'amd64', flavors: ['cpu'] },
  jobs: 2,
  machine: { platform: 'linux/x64', processors: 2, memoryBytes: 2 ** 33, node: '26.0.0' },
};
