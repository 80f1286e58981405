import { expect, it } from 'vitest';
import { deployedRelease, type Files, faults, told } from '../../../test/support/deployed.ts';
import { imagesUsed } from './images-used.ts';

const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: "ghcr.io/x/a:1" }] }\n';

function zarf(name: string, images: string): string {
  return `kind: ZarfPackageConfig
metadata: { name: ${name}, version: 1.0.0 }
components:
  - name: ${name}
    required: true
    manifests: [{ name: m, namespace: ns, files: [all.yaml] }]
    images: [${images}]
`;
}

async function judge(images: string, yaml = pod, more: Files = {}): Promise<readonly string[]> {
  const files = { 'app/zarf.yaml': zarf('app', images), 'app/all.yaml': yaml, ...more };
  return faults(imagesUsed, await deployedRelease(files));
}

const b = 'ghcr.io/x/b:1';

it.each([
  ['what runs', 'ghcr.io/x/a:1', pod, []],
  [
    'what nothing names',
    `ghcr.io/x/a:1, ${b}`,
    pod,
    [
      "fail app/zarf.yaml:7:29 component 'app' carries ghcr.io/x/b:1, which nothing that is deployed names",
    ],
  ],
  [
    'what a text names',
    `ghcr.io/x/a:1, ${b}`,
    `${pod}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\ndata: { x: "run ${b} now" }\n`,
    [],
  ],
  ['a signature', `ghcr.io/x/a:1, "ghcr.io/x/a:sha256-${'0'.repeat(64)}.sig"`, pod, []],
  [
    'what may be in a file that is no YAML',
    b,
    'a: [',
    [
      'undecided app/zarf.yaml:4:3 nothing that was read names ghcr.io/x/b:1; app/all.yaml could not be read',
    ],
  ],
])('%s', async (_name, images, yaml, expected) => {
  expect(
    (await judge(images, yaml)).map((line) => line.replace(/ be read.*$/, ' be read')),
  ).toEqual(expected);
});

it('counts packages that are deployed with it', async () => {
  const more = {
    'more/zarf.yaml': zarf('more', 'ghcr.io/x/a:1'),
    'more/all.yaml': pod.replace('x/a:1', 'x/b:1').replace('name: p', 'name: q'),
    'uds-bundle.yaml': `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages: [{ name: app, path: app, ref: 1.0.0 }, { name: more, path: more, ref: 1.0.0 }]
`,
  };
  expect(await judge(`ghcr.io/x/a:1, ${b}`, pod, more)).toEqual([]);
  const { 'uds-bundle.yaml': _, ...alone } = more;
  expect(await judge(`ghcr.io/x/a:1, ${b}`, pod, alone)).toHaveLength(2);
});

it('takes what is listed as extra', async () => {
  const facts = await deployedRelease({
    'app/zarf.yaml': zarf('app', `ghcr.io/x/a:1, ${b}`),
    'app/all.yaml': pod,
  });
  const extraImages = [{ image: 'ghcr.io/x/b:*', reason: 'by hand' }];
  const packages = facts.packages.map((each) => ({ ...each, extraImages }));
  expect(told(imagesUsed, { ...facts, packages })).toEqual(['pass']);
});

it('speaks of nothing without images', async () => {
  expect(told(imagesUsed, await deployedRelease({}))).toEqual(['not-applicable']);
});

it('says nothing of an image whose name is given when the package is made', async () => {
  const image = '"###ZARF_PKG_TMPL_DOMAIN######ZARF_PKG_TMPL_AGENT###:1.0.0"';
  const files = { 'app/zarf.yaml': zarf('app', `ghcr.io/x/a:1, ${image}`), 'app/all.yaml': pod };
  // What lint takes where nobody gives a value.
  const standIns = { DOMAIN: 'stand-in', AGENT: 'stand-in' };
  expect(faults(imagesUsed, await deployedRelease(files, {}, standIns))).toEqual([]);
});
