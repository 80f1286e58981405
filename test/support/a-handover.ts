import { digestOf } from '../../src/oci/digest.ts';
import type { Handover } from '../../src/report/handover/handover.ts';
import type { RequiredVariable, Requirements } from '../../src/report/requirements.ts';

/** A variable without a default. */
export const aVariable = (
  name: string,
  change: Partial<RequiredVariable> = {},
): RequiredVariable => ({
  name,
  package: 'api',
  declaredBy: 'package',
  sensitive: false,
  ...change,
});
/** What a target must have. */
export const handedRequirements: Requirements = {
  disk: { archive: 1024, unpacked: 4096 },
  registry: 2048,
  volumes: [],
  volumeTotal: 0,
  gpus: [
    {
      package: 'vllm',
      component: 'a',
      source: 'b',
      name: 'server',
      resource: 'nvidia.com/gpu',
      limit: 1,
      pods: 2,
    },
  ],
  variables: [aVariable('DOMAIN', { description: 'Where it is reached' })],
  secrets: [
    {
      package: 'api',
      component: 'a',
      source: 'b',
      name: 'db-auth',
      keys: ['token'],
      optional: false,
    },
  ],
  notLookedAt: [{ what: 'api: x', reason: 'it is too large' }],
};
const fingerprint = '0123456789abcdef'.repeat(4);
export const handedBundle = 'uds-bundle-shop-gpu-amd64-1.0.0.tar.zst';
/** A kit of a release that a key signed. */
export const aHandover: Handover = {
  programVersion: '0.1.0',
  release: {
    product: 'shop',
    version: '1.0.0',
    flavor: 'gpu',
    architecture: 'amd64',
    counter: 41,
    sourceDateEpoch: 1_700_000_000,
  },
  fingerprint,
  identity: undefined,
  archives: [
    {
      name: handedBundle,
      kind: 'bundle',
      digest: digestOf('a'),
      size: 1024,
      deployed: true,
      requirements: handedRequirements,
    },
    {
      name: 'zarf-package-api-amd64-1.0.0.tar.zst',
      kind: 'package',
      digest: digestOf('b'),
      size: 1,
      deployed: false,
    },
  ],
  files: [{ name: handedBundle, size: 1024 }],
  report: 'signed',
  verifier: undefined,
};
