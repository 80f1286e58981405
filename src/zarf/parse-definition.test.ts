import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePackageDefinition } from './parse-definition.ts';

type Mode = 'authored' | 'built';
const parse = (text: string, mode: Mode = 'authored') =>
  parsePackageDefinition(new TextEncoder().encode(text), mode);
/** `severity CODE line:column message` of each problem. */
const told = (text: string, mode: Mode = 'authored') =>
  parse(text, mode).problems.map(
    ({ severity, code, line, column, message }) =>
      `${severity} ${code.replace('DOCUMENT_', '')} ${line}:${column} ${message}`,
  );

const alpha = `kind: ZarfPackageConfig
metadata:
  name: demo
  version: 1.0.0
components:
  - name: api
    required: true
    images:
      - registry.example.com/api:1.0.0
`;
const beta = `apiVersion: zarf.dev/v1beta1
kind: ZarfPackageConfig
metadata:
  name: demo
  version: 1.0.0
components:
  - name: api
    images:
      - name: registry.example.com/api:1.0.0
`;

describe('a definition being written', () => {
  it.each([
    ['v1alpha1', alpha],
    ['v1beta1', beta],
    ['own keys', `x-team: a\n${alpha.replace('required', 'x-note: b\n    required')}`],
  ])('is taken: %s', (_name, text) => {
    expect(told(text)).toEqual([]);
    expect(parse(text).definition?.components[0]).toMatchObject({
      name: 'api',
      required: true,
      images: ['registry.example.com/api:1.0.0'],
    });
  });

  it.each(
    readdirSync('fixtures/demo/packages', { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('zarf.yaml'),
    ),
  )('is taken: the demo package %s', (path) => {
    expect(told(readFileSync(`fixtures/demo/packages/${path}`, 'utf8'))).toEqual([]);
  });

  it.each([
    [
      'an unknown key, with a guess',
      alpha.replace('images:', 'imagse:'),
      "error UNKNOWN_KEY 8:5 the key 'imagse' is not known in components.0; did you mean 'images'?",
    ],
    [
      'a version that is a number',
      alpha.replace('1.0.0', '1.10'),
      'error SCHEMA 4:12 metadata.version is the number 1.1, where text belongs; write it in quotes: "1.10"',
    ],
    [
      'text where a list belongs',
      alpha.replace('images:\n      - registry', 'images: registry'),
      "error SCHEMA 8:13 components.0.images is the text 'registry.example.com/api:1.0.0', where a list belongs",
    ],
    [
      'an empty list',
      'kind: ZarfPackageConfig\nmetadata: { name: a }\ncomponents: []\n',
      'error SCHEMA 3:13 components is empty',
    ],
    [
      'a member without a value',
      alpha.replace(/images:\n.*\n/, 'images:\n'),
      'error SCHEMA 8:12 components.0.images is empty, where a list belongs',
    ],
    ['no name', alpha.replace('  name: demo\n', ''), "error SCHEMA 3:3 metadata lacks 'name'"],
    [
      'a name with capitals',
      alpha.replace('name: demo', 'name: Demo'),
      "error SCHEMA 3:9 metadata.name is 'Demo', which does not have the form ^[a-z0-9][a-z0-9-]*$",
    ],
    [
      'a kind that is none',
      alpha.replace('ZarfPackageConfig', 'ZarfPackageConfg'),
      "error SCHEMA 1:7 kind is 'ZarfPackageConfg'; allowed are 'ZarfInitConfig', 'ZarfPackageConfig'; did you mean 'ZarfPackageConfig'?",
    ],
    [
      'a switch in words',
      alpha.replace('required: true', 'required: yes'),
      "error SCHEMA 7:15 components.0.required is the text 'yes', where true or false belongs",
    ],
    [
      'a rule between fields',
      alpha.replace('required: true', 'required: true\n    default: true'),
      "error RULE 8:14 'api' is required, so it cannot be chosen by default",
    ],
    [
      'a name that leaves its folder',
      alpha.replace('1.0.0', '..'),
      'error RULE 4:12 metadata.version is "..", which reaches outside its folder',
    ],
    [
      'two sources of a chart in v1beta1',
      `${beta}    charts: [{ name: a, local: { path: a }, oci: { url: oci://a, ref: { tag: a } } }]\n`,
      "error SCHEMA 10:14 components.0.charts.0 needs exactly one of 'helmRepository', 'git', 'local', 'oci', and has 'local' and 'oci'",
    ],
    [
      'no source of a chart in v1beta1',
      `${beta}    charts: [{ name: a, locl: { path: a } }]\n`,
      "error UNKNOWN_KEY 10:25 the key 'locl' is not known in components.0.charts.0; did you mean 'local'?",
    ],
    [
      'an image out of a daemon',
      beta.replace('1.0.0\n', '1.0.0\n').replace('api:1.0.0', 'api:1.0.0\n        source: daemon'),
      'error RULE 10:17 the image registry.example.com/api:1.0.0 comes from the daemon of the building machine; images are taken from the sources of the release',
    ],
    [
      'a part of a prepared cluster',
      `${beta}    service: registry\n`,
      "error RULE 10:14 'api' is the registry of a prepared cluster; such a package is not built here",
    ],
    [
      'an import of v1beta1',
      `${beta}    import: { local: [{ path: a.yaml }, { path: b.yaml }] }\n`,
      "error RULE 10:13 'api' is imported, and definitions of the kind ZarfComponentConfig are not read",
    ],
    [
      'a remote import of v1beta1',
      `${beta}    import: { remote: [{ url: oci://a.example/b }] }\n`,
      "error RULE 10:13 'api' is imported, and definitions of the kind ZarfComponentConfig are not read",
    ],
    [
      'an apiVersion nobody knows',
      `apiVersion: zarf.dev/v2\n${alpha}`,
      "error RULE 1:13 no document has a known apiVersion: found 'zarf.dev/v2', known are zarf.dev/v1alpha1 and zarf.dev/v1beta1",
    ],
    [
      'an apiVersion that is a number',
      `apiVersion: 1\n${alpha}`,
      'error SCHEMA 1:13 apiVersion must be text, such as zarf.dev/v1alpha1',
    ],
    [
      'a key twice',
      `${alpha}kind: ZarfPackageConfig\n`,
      'error DUPLICATE_KEY 10:1 the key "kind" appears twice',
    ],
    ['an empty file', '', 'error RULE 1:1 the file holds no document'],
    [
      'two documents of one version',
      `${alpha}---\n${alpha}`,
      'error RULE 11:1 a second document of zarf.dev/v1alpha1',
    ],
    [
      'two documents that differ',
      `${alpha}---\n${beta.replace('name: demo', 'name: other')}`,
      'error RULE 14:9 the documents disagree about the package\'s name: "other" here, "demo" in the other',
    ],
  ])('is refused: %s', (_name, text, expected) => expect(told(text)).toContain(expected));

  it('tells everything at once, in the order of the file', () => {
    const text = alpha
      .replace('name: demo', 'name: [a]')
      .replace('required: true', 'requird: true')
      .replace('ZarfPackageConfig', 'Other');
    expect(parse(text).problems.map(({ line }) => line)).toEqual([1, 3, 7]);
  });

  it('does not judge the rules of what has no shape', () => {
    const text = alpha.replace('required: true', 'required: true\n    default: true\n    only: 1');
    expect(told(text).map((each) => each.split(' ', 2).join(' '))).toEqual(['error SCHEMA']);
  });
});

describe('a definition inside an archive', () => {
  it.each<[string, string, readonly string[]]>([
    ['sound', alpha, []],
    ['the least that Zarf loads', 'metadata: { name: a, aggregateChecksum: b }\n', []],
    [
      'a key of a newer program',
      `${alpha}news: 1\n`,
      ["note UNKNOWN_KEY 10:1 the key 'news' is not known here"],
    ],
    [
      'a number Zarf left unquoted',
      alpha.replace('1.0.0', '1e3'),
      [
        'warning SCHEMA 4:12 metadata.version is the number 1e3, where text belongs; it is taken as it is written',
      ],
    ],
    [
      'a whole number',
      alpha.replace('1.0.0', '12'),
      [
        'warning SCHEMA 4:12 metadata.version is the number 12, where text belongs; it is taken as it is written',
      ],
    ],
    [
      'a number with two spellings',
      alpha.replace('1.0.0', '1.10'),
      [
        'error SCHEMA 4:12 metadata.version is the number 1.10, where text belongs; write it in quotes: "1.10"',
      ],
    ],
    [
      'a number in eights',
      alpha.replace('1.0.0', '0017'),
      [
        'error SCHEMA 4:12 metadata.version is the number 0017, where text belongs; write it in quotes: "0017"',
      ],
    ],
    [
      'text that is a number for Zarf',
      alpha.replace('1.0.0', '1_000'),
      [
        'error SCHEMA 4:12 metadata.version is 1_000, text here and a number for Zarf; it must be quoted',
      ],
    ],
    ['the same in quotes', alpha.replace('1.0.0', '"1_000"'), []],
    [
      'members without a value',
      alpha.replace('required: true', 'only:\n    group:\n    charts: ~'),
      [],
    ],
    [
      'an entry without a value',
      alpha.replace('components:', '  annotations: { a: }\ncomponents:'),
      [],
    ],
    [
      'a switch in words',
      `${alpha}build: { signed: yes }\n`,
      ["error SCHEMA 10:18 build.signed is the text 'yes', where true or false belongs"],
    ],
    [
      'a switch in quotes',
      `${alpha}build: { signed: "true" }\n`,
      [`error SCHEMA 10:18 build.signed is the text 'true', where true or false belongs`],
    ],
    [
      'an action of the wrong type',
      `${alpha}    actions: { onDeploy: { before: [{ cmd: [a] }] } }\n`,
      [
        'error SCHEMA 10:44 components.0.actions.onDeploy.before.0.cmd is a list, where text belongs',
      ],
    ],
    [
      'a time that is no number',
      `${alpha}    actions: { onDeploy: { before: [{ cmd: a, maxTotalSeconds: 1.5 }] } }\n`,
      [
        'error SCHEMA 10:64 components.0.actions.onDeploy.before.0.maxTotalSeconds is the number 1.5, where a whole number belongs',
      ],
    ],
    [
      'a word nobody knows',
      `${alpha}variables: [{ name: A, type: rw }]\n`,
      ["warning SCHEMA 10:30 variables.0.type is 'rw'; known are raw, file"],
    ],
    [
      'a rule that only creating asks for',
      alpha.replace('required: true', 'required: true\n    default: true'),
      [],
    ],
    ['a kind nobody knows', alpha.replace('ZarfPackageConfig', 'Other'), []],
    [
      'how v1beta1 was made',
      beta.replace('api:1.0.0', 'api:1.0.0\n        source: daemon'),
      [
        'note RULE 10:17 the image registry.example.com/api:1.0.0 comes from the daemon of the building machine; images are taken from the sources of the release',
      ],
    ],
    [
      'a name that leaves its folder',
      alpha.replace('name: api', 'name: a/b'),
      ['error RULE 6:11 components.0.name is "a/b", which reaches outside its folder'],
    ],
    [
      'text for the document',
      'text\n',
      ["error SCHEMA 1:1 the document is the text 'text', where a mapping belongs"],
    ],
    [
      'no metadata',
      'kind: ZarfPackageConfig\n',
      ["error SCHEMA 1:1 the document lacks 'metadata'"],
    ],
    ['a second document of a newer version', `${alpha}---\napiVersion: zarf.dev/v2\n`, []],
  ])('%s', (_name, text, expected) => expect(told(text, 'built')).toEqual(expected));

  it('keeps the text as it was written', () => {
    expect(parse(alpha.replace('1.0.0', '1e3'), 'built').definition?.metadata.version).toBe('1e3');
  });

  it('believes the document of the better version wherever it stands, and names a newer one', () => {
    for (const text of [`${alpha}---\n${beta}`, `${beta}---\n${alpha}`]) {
      const parsed = parse(text, 'built');
      expect(parsed.definition?.apiVersion).toBe('zarf.dev/v1beta1');
      expect(parsed.documents).toHaveLength(2);
      expect(parsed.unknownApiVersion).toBeUndefined();
    }
    const newer = parse(`${alpha}---\napiVersion: zarf.dev/v1\n`, 'built');
    expect(newer).toMatchObject({
      apiVersions: ['', 'zarf.dev/v1'],
      unknownApiVersion: 'zarf.dev/v1',
    });
  });
});

describe('bytes that are no definition', () => {
  const many = Array.from(
    { length: 10 },
    (_, index) =>
      `a${index}: &a${index} [${index === 0 ? 'x' : `*a${index - 1}, *a${index - 1}, *a${index - 1}, *a${index - 1}, *a${index - 1}`}]`,
  );
  it.each([
    ['not UTF-8', Uint8Array.of(0x61, 0xff), 'DOCUMENT_ENCODING'],
    ['a byte-order mark', new TextEncoder().encode(`\ufeff${alpha}`), 'DOCUMENT_ENCODING'],
    ['an alias bomb', new TextEncoder().encode(many.join('\n')), 'DOCUMENT_ALIAS_LIMIT'],
    ['nesting', new TextEncoder().encode('['.repeat(2000)), 'DOCUMENT_DEPTH'],
    ['an open bracket', new TextEncoder().encode('a: [1'), 'DOCUMENT_SYNTAX'],
    ['too many', new Uint8Array(8 * 2 ** 20 + 1).fill(0x23), 'DOCUMENT_SIZE'],
  ])('%s', (_name, bytes, code) => {
    for (const mode of ['authored', 'built'] as const) {
      const parsed = parsePackageDefinition(bytes, mode);
      expect(parsed.definition).toBeUndefined();
      expect(parsed.problems.map((problem) => problem.code)).toContain(code);
    }
  });
});
