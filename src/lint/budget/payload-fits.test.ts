import { expect, it } from 'vitest';
import { deployedPackage, told } from '../../../test/support/deployed.ts';
import { payloadFits } from './payload-fits.ts';

const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
components:
  - name: app
    manifests: [{ name: m, namespace: ai, files: [all.yaml] }]
    dataInjections: [{ source: m, target: { namespace: ai, selector: app=cow, container: loader, path: /data/.model } }]
`;

const objects = (
  size: string,
  volume = 'persistentVolumeClaim: { claimName: weights }',
): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: d }
spec:
  template:
    metadata: { labels: { app: cow } }
    spec:
      containers: [{ name: loader, volumeMounts: [{ name: v, mountPath: /data }] }]
      volumes: [{ name: v, ${volume} }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: weights }
spec: { resources: { requests: { storage: ${size} } } }
`;

async function judge(yaml: string, bytes: number | undefined): Promise<readonly string[]> {
  const facts = await deployedPackage({ 'zarf.yaml': zarf, 'all.yaml': yaml });
  return told(
    payloadFits,
    bytes === undefined ? facts : { ...facts, payloads: [{ source: 'm', bytes }] },
  );
}

const at = 'fail zarf.yaml:6:32 payload m of';

it.each([
  ['fits', '1000', 800, ['pass']],
  [
    'leaves less than a fifth',
    '1000',
    801,
    [`${at} 801 bytes leaves less than a fifth of claim weights of 1000`, 'pass'],
  ],
  ['does not fit', '1Ki', 1025, [`${at} 1025 bytes does not fit claim weights of 1Ki`, 'pass']],
  [
    'goes to a claim that is settled later',
    '"###ZARF_VAR_S###"',
    1,
    [
      'undecided zarf.yaml:6:32 payload m: the size of claim weights is settled at deployment',
      'pass',
    ],
  ],
  ['is not here', '1', undefined, ['not-applicable']],
])('a payload that %s', async (_name, size, bytes, expected) => {
  expect(await judge(objects(size), bytes)).toEqual(expected);
});

it('does not judge other volumes', async () => {
  expect(await judge(objects('1', 'emptyDir: {}'), 100)).toEqual(['not-applicable']);
});
