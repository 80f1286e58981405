import { expect, it } from 'vitest';
import { chartPackage, deployedPackage, faults, told } from '../../../test/support/deployed.ts';
import { applyFixes } from '../apply-fixes.ts';
import { imagesCarried } from './images-carried.ts';

const a = 'ghcr.io/x/a:1';

function zarf(images: string, more = ''): string {
  return `kind: ZarfPackageConfig
metadata: { name: app${more} }
constants: [{ name: V, value: "1" }]
components:
  - name: app
    manifests: [{ name: m, namespace: ns, files: [all.yaml] }]
    images:
${images}`;
}

function pod(container: string, more = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n  containers: [{ name: c, ${container} }]\n${more}`;
}

async function judge(
  yaml: string,
  images = `      - ${a}\n`,
  more = '',
): Promise<readonly string[]> {
  return told(
    imagesCarried,
    await deployedPackage({ 'zarf.yaml': zarf(images, more), 'all.yaml': yaml }),
  );
}

const operator = (spec: string): string =>
  `apiVersion: example.com/v1\nkind: Cluster\nmetadata: { name: c }\nspec: ${spec}\n`;

it.each([
  ['a container', pod(`image: "${a}"`), ['pass']],
  ['a placeholder that is a constant', pod('image: "ghcr.io/x/a:###ZARF_CONST_V###"'), ['pass']],
  [
    'a container of another tag',
    pod('image: "ghcr.io/x/a:2"'),
    [
      "fail all.yaml:5:27 container 'c' needs ghcr.io/x/a:2, which the package does not carry; it carries ghcr.io/x/a:1",
      'pass',
    ],
  ],
  [
    'an init container',
    pod(`image: "${a}"`, '  initContainers: [{ name: i, image: "ghcr.io/x/b:1" }]\n'),
    [
      "fail all.yaml:6:31 init container 'i' needs ghcr.io/x/b:1, which the package does not carry",
      'pass',
    ],
  ],
  [
    'an image volume',
    pod(`image: "${a}"`, '  volumes: [{ name: v, image: { reference: "ghcr.io/x/m:1" } }]\n'),
    [
      "fail all.yaml:6:33 image volume 'v' needs ghcr.io/x/m:1, which the package does not carry",
      'pass',
    ],
  ],
  ['the object of an operator', operator(`{ image: "${a}" }`), ['pass']],
  [
    'the object of an operator, another tag',
    operator('{ image: "ghcr.io/x/a:2" }'),
    [
      'fail all.yaml:4:9 a field of Cluster names ghcr.io/x/a:2, which the package does not carry; it carries ghcr.io/x/a:1',
      'pass',
    ],
  ],
  [
    'repository and tag of an operator',
    operator('{ server: { repository: ghcr.io/x/b, tag: "3" } }'),
    [
      'fail all.yaml:4:19 a field of Cluster names ghcr.io/x/b:3, which the package does not carry',
      'pass',
    ],
  ],
  ['a picture of an operator', operator('{ image: logo.png }'), ['not-applicable']],
  ['a disk of an operator', operator('{ image: { name: disk, size: 1Gi } }'), ['not-applicable']],
  [
    'a variable of a container',
    pod(`image: "${a}", env: [{ name: RELATED_IMAGE_X, value: "ghcr.io/x/b:1" }]`),
    [
      "warning all.yaml:5:82 variable RELATED_IMAGE_X of container 'c' names ghcr.io/x/b:1, which the package does not carry",
      'pass',
    ],
  ],
  [
    'an argument of a container',
    pod(`image: "${a}", args: ["--reloader-image=ghcr.io/x/b:1"]`),
    [
      "warning all.yaml:5:58 argument reloader-image of container 'c' names ghcr.io/x/b:1, which the package does not carry",
      'pass',
    ],
  ],
  ['no image', pod('command: [x]'), ["fail all.yaml:5:16 container 'c' names no image", 'pass']],
  [
    'an image that is settled later',
    pod('image: "ghcr.io/x/a:###ZARF_VAR_T###"'),
    [
      "undecided all.yaml:5:27 container 'c': the image ghcr.io/x/a:###ZARF_VAR_T### is settled only when it is deployed",
      'pass',
    ],
  ],
  ['nothing', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n', ['not-applicable']],
])('%s', async (_name, yaml, expected) => {
  expect(await judge(yaml)).toEqual(expected);
});

it('takes an image of an archive for carried', async () => {
  const images = `      - ghcr.io/x/other:1\n    imageArchives: [{ path: a.tar, images: [${a}] }]\n`;
  const yaml = pod(`image: "${a}"`);
  expect(await judge(yaml, images)).toEqual(['pass']);
});

it('does not judge a yolo package', async () => {
  expect(await judge(pod('image: "ghcr.io/x/b:1"'), '      []\n', ', yolo: true')).toEqual([
    'not-applicable',
  ]);
});

it('is undecided where a file could not be read', async () => {
  expect((await judge('a: [')).at(-1)).toContain('undecided');
});

it('notes what a package before it carries', async () => {
  const facts = await deployedPackage({
    'zarf.yaml': zarf(`      - ${a}\n`),
    'all.yaml': pod('image: "ghcr.io/x/b:1"'),
  });
  const carriedBefore = [{ image: 'ghcr.io/x/b:1', package: 'base' }];
  expect(faults(imagesCarried, { ...facts, carriedBefore })).toEqual([
    "note all.yaml:5:27 container 'c' needs ghcr.io/x/b:1, which package 'base' carries: this one is not complete without it",
  ]);
});

it.each([
  ['a line behind the last', `      - ${a} # one\n`, `      - ${a} # one\n      - ghcr.io/x/b:1\n`],
  ['nothing in a list of one line', `      [${a}]\n`, undefined],
])('is mended by %s', async (_name, images, expected) => {
  const facts = await deployedPackage({
    'zarf.yaml': zarf(images),
    'all.yaml': pod('image: "ghcr.io/x/b:1"'),
  });
  const fixes = [...imagesCarried.evaluate(facts)].flatMap(({ fix }) =>
    fix === undefined ? [] : [fix],
  );
  const { texts } = applyFixes(facts.texts, fixes);
  expect(texts.get('zarf.yaml')).toBe(expected === undefined ? undefined : zarf(expected));
});

it.each([
  ['a mapping, as v1beta1 has it', '', '\n      - name: ghcr.io/x/b:1'],
  ['nothing where an entry goes on behind its name', '\n        source: registry', ''],
])('is mended by %s', async (_name, more, added) => {
  const beta = (images: string): string => `apiVersion: zarf.dev/v1beta1
kind: ZarfPackageConfig
metadata: { name: app }
components:
  - name: app
    manifests: [{ name: m, namespace: ns, files: [all.yaml] }]
    images:
      - name: ${a}${images}
`;
  const pods = pod('image: "ghcr.io/x/b:1"');
  const facts = await deployedPackage({ 'zarf.yaml': beta(more), 'all.yaml': pods });
  const fixes = [...imagesCarried.evaluate(facts)].flatMap(({ fix }) => fix ?? []);
  expect([...imagesCarried.evaluate(facts)].some(({ outcome }) => outcome === 'fail')).toBe(true);
  const { texts } = applyFixes(facts.texts, fixes.length === 0 ? [] : [fixes]);
  expect(texts.get('zarf.yaml')).toBe(added === '' ? undefined : beta(added));
});

it('warns of an image in values that nothing runs yet', async () => {
  const text = `kind: ZarfPackageConfig
metadata: { name: app }
constants: [{ name: V, value: "1" }]
components:
  - name: app
    images: [${a}]
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
`;
  const values = `image: { repository: ghcr.io/x/a, tag: ###ZARF_CONST_V### }
job:
  image:
    repository: ghcr.io/x/job
    tag: ###ZARF_CONST_V###
`.replace('tag: ###ZARF_CONST_V### }', 'tag: "###ZARF_CONST_V###" }');
  const template = '{{ if .Values.job.on }}{{ toYaml .Values.job }}{{ end }}';
  const facts = await deployedPackage(chartPackage(text, values, template));
  const told =
    'values.yaml:4:5 the values name ghcr.io/x/job:1, which the package does not carry; nothing runs it with the values there are';
  expect(faults(imagesCarried, facts)).toEqual([`warning ${told}`]);
  const unread = [{ path: 'a.yaml', reason: 'no', fails: true, component: 'app' }];
  const [result] = [...imagesCarried.evaluate({ ...facts, unread })];
  expect(result).toMatchObject({
    outcome: 'undecided',
    message: expect.stringContaining('; a.yaml could not be read: no'),
  });
});
