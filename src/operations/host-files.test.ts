import { expect, it } from 'vitest';
import { deployedPackage } from '../../test/support/deployed.ts';

const zarf = `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components:
  - name: app
    required: true
    files:
      - { source: ca.pem, target: /etc/ca.pem }
      - { source: etc, target: /etc/app }
      - { source: weights.bin, target: /srv/weights }
      - { source: "https://example.com/x", target: /x }
`;

it('are the small ones that components put on hosts, folders looked through', async () => {
  const facts = await deployedPackage({
    'zarf.yaml': zarf,
    'ca.pem': 'one',
    'etc/deep/key.pem': 'two',
    'weights.bin': 'w'.repeat(300_000),
  });
  const texts = [...(facts.hostFiles ?? [])].map(
    ([path, bytes]) => `${path} ${Buffer.from(bytes)}`,
  );
  expect(texts).toEqual(['ca.pem one', 'etc/deep/key.pem two']);
  expect(facts.hostFilesLeft).toBeUndefined();
});

it('says how many are too many', async () => {
  const many = Array.from({ length: 203 }, (_, at) => [`etc/${1000 + at}`, 'x'] as const);
  const { hostFiles, hostFilesLeft } = await deployedPackage({
    'zarf.yaml': zarf,
    ...Object.fromEntries(many),
  });
  expect(hostFiles?.size).toBe(200);
  expect(hostFilesLeft).toEqual(['etc/1200', 'etc/1201', 'etc/1202', 'weights.bin']);
});
