import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseReleaseDefinition } from './parse-release-definition.ts';

const sound = `apiVersion: cowa-release/v1
name: demo
version: 1.0.0
architecture: amd64
imageSources:
  - { type: oci-layout, path: images }
flavors:
  cpu:
    packages:
      - path: packages/api
payloads:
  - { package: packages/api, source: .model/, path: payloads, sha256: { a.bin: ${'ab'.repeat(32)} } }
`;
const parse = (text: string) =>
  parseReleaseDefinition(new TextEncoder().encode(text), 'cowa-release.yaml');

describe('parseReleaseDefinition', () => {
  it('reads the demo release', () => {
    const parsed = parseReleaseDefinition(
      readFileSync('fixtures/demo/cowa-release.yaml'),
      'cowa-release.yaml',
    );
    expect(parsed.problems).toEqual([]);
    expect(parsed.definition?.flavors.gpu?.packages).toHaveLength(2);
  });

  it('reads a small one', () => {
    expect(parse(sound)).toMatchObject({ problems: [], definition: { name: 'demo' } });
  });

  it.each([
    [
      'an unknown key, with a guess',
      sound.replace('version:', 'verison:'),
      'DOCUMENT_UNKNOWN_KEY',
      "did you mean 'version'",
    ],
    ['a wrong type', sound.replace('name: demo', 'name: [demo]'), 'DOCUMENT_SCHEMA', 'is a list'],
    ['an unknown source', sound.replace('oci-layout', 'oci-layot'), 'DOCUMENT_SCHEMA', 'oci-layot'],
    [
      'a time to build in that no clock counts',
      sound.replace(
        'imageSources:',
        "imageSources:\n  - { type: build, images: { 'a.b/c:1': { context: c, timeoutMinutes: 36000 } } }",
      ),
      'DOCUMENT_SCHEMA',
      'timeoutMinutes',
    ],
    [
      'no packages',
      sound.replace('packages:\n      - path: packages/api', 'packages: []'),
      'DOCUMENT_RULE',
      'has no packages',
    ],
    [
      'one package twice',
      sound.replace('payloads:', '      - path: ./packages/api/\npayloads:'),
      'DOCUMENT_RULE',
      'stands twice',
    ],
    [
      'a payload from two places',
      sound.replace('path: payloads', 'path: payloads, from: { url: "https://e.com/" }'),
      'DOCUMENT_RULE',
      'needs a path or a from',
    ],
    [
      'a payload from nowhere',
      sound.replace('path: payloads, ', ''),
      'DOCUMENT_RULE',
      'needs a path or a from',
    ],
    [
      'a folder that is a file',
      sound.replace('path: payloads', 'from: { url: "https://e.com/x" }'),
      'DOCUMENT_RULE',
      'ends with /',
    ],
    [
      'a branch of a hub',
      sound.replace(
        'path: payloads',
        'from: { hub: "https://e.com", repository: o/r, commit: main }',
      ),
      'DOCUMENT_SCHEMA',
      '',
    ],
    [
      'an override that leads elsewhere',
      `${sound}remoteInputs: { hosts: [a], overrides: { b: "https://c" } }\n`,
      'DOCUMENT_RULE',
      "'b' is asked at 'https://c'",
    ],
    [
      'a payload of an unknown package',
      sound.replace('package: packages/api', 'package: packages/x'),
      'DOCUMENT_RULE',
      'no flavor has',
    ],
    [
      'a payload path that climbs',
      sound.replace('a.bin', '../a.bin'),
      'DOCUMENT_RULE',
      'no plain path',
    ],
    [
      'a payload twice',
      `${sound}  - { package: packages/api, source: .model, path: x, sha256: ${'ab'.repeat(32)} }\n`,
      'DOCUMENT_RULE',
      'already',
    ],
    [
      'an SBOM of what is no image',
      `${sound}sboms: [{ image: 'A B', file: a.json }]\n`,
      'DOCUMENT_RULE',
      'no reference of an image',
    ],
    [
      'an SBOM twice',
      `${sound}sboms: [{ image: a, file: a.json }, { image: 'docker.io/library/a:latest', file: ./a.json }]\n`,
      'DOCUMENT_RULE',
      'twice',
    ],
    ['an empty file', '', 'DOCUMENT_RULE', 'is empty'],
  ])('refuses %s', (_, text, code, words) => {
    const parsed = parse(text);
    expect(parsed.definition).toBeUndefined();
    expect(parsed.problems.map((problem) => problem.code)).toContain(code);
    expect(parsed.problems.map((problem) => problem.message).join('\n')).toContain(words);
  });

  it('refuses an image composed twice or on itself', () => {
    const compose = '  - { type: compose, images: { "a:1": { base: "a:1", layers: [] } } }\n';
    const parsed = parse(sound.replace('flavors:', `${compose}${compose}flavors:`));
    expect(parsed.problems.map((problem) => problem.message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('its own base'),
        expect.stringContaining('composed twice'),
      ]),
    );
  });

  it('tells the place', () => {
    const [problem] = parse(sound.replace('name: demo', 'nam: demo')).problems.filter(
      (each) => each.pointer === '/nam',
    );
    expect(problem).toMatchObject({ line: 2, column: 1 });
  });
});

describe('every place of a release definition', () => {
  const told = (text: string) =>
    parse(text).problems.map(
      ({ severity, code, line, column, message }) =>
        `${severity} ${code.replace('DOCUMENT_', '')} ${line}:${column} ${message}`,
    );
  const registry = (members: string) =>
    sound.replace('{ type: oci-layout, path: images }', `{ type: registry, ${members} }`);
  const flavor = (text: string) => sound.replace('packages:\n      - path: packages/api', text);

  it.each([
    [
      'settings',
      `${sound}settings: { flavor: all, out: out, cacheDir: c, key: k, policy: p, jobs: 4 }\n`,
    ],
    [
      'a target',
      `${sound}target: { profile: bare-kubernetes, kubernetes: "1.31", kinds: [uds.dev/Package, a.b/v1/C], secrets: [{ name: a, namespace: b, keys: [c], reason: by hand }] }\n`,
    ],
    [
      'a registry asked elsewhere',
      registry('hosts: ["localhost:5000"], overrides: { ghcr.io: "localhost:5000" }'),
    ],
    [
      'own keys everywhere',
      `x-a: 1\n${flavor('x-b: 1\n    packages:\n      - { path: packages/api, x-c: 1 }')}`,
    ],
    ['a digest for a whole file', sound.replace('{ a.bin: ', '').replace(' } }', ' }')],
  ])('takes %s', (_name, text) => expect(told(text)).toEqual([]));

  it.each([
    [
      'no apiVersion',
      sound.replace('apiVersion: cowa-release/v1\n', ''),
      "error SCHEMA 1:1 the document lacks 'apiVersion'",
    ],
    [
      'another apiVersion',
      sound.replace('release/v1', 'release/v2'),
      "error SCHEMA 1:13 apiVersion is 'cowa-release/v2', where 'cowa-release/v1' belongs",
    ],
    [
      'a version that is a number',
      sound.replace('1.0.0', '1.10'),
      'error SCHEMA 3:10 version is the number 1.1, where text belongs; write it in quotes: "1.10"',
    ],
    [
      'an architecture by its other name',
      sound.replace('amd64', 'arm'),
      "error SCHEMA 4:15 architecture is 'arm'; allowed are 'amd64', 'arm64'",
    ],
    [
      'a flavor nobody knows',
      sound.replace('cpu:', 'cpuu:'),
      "error UNKNOWN_KEY 8:3 the key 'cpuu' is not known in flavors; did you mean 'cpu'?",
    ],
    [
      'no flavor',
      flavor('').replace('  cpu:\n', '').replace('flavors:', 'flavors: {}'),
      'error SCHEMA 7:10 flavors is empty',
    ],
    [
      'a source nobody knows',
      sound.replace('oci-layout', 'oci-layot'),
      "error SCHEMA 6:5 imageSources.0 has the type 'oci-layot'; allowed are 'compose', 'oci-layout', 'docker-archive', 'registry', 'build'; did you mean 'oci-layout'?",
    ],
    [
      'a source without type',
      sound.replace('type: oci-layout, ', ''),
      "error SCHEMA 6:5 imageSources.0 lacks 'type'",
    ],
    [
      'a source without its path',
      sound.replace(', path: images', ''),
      "error SCHEMA 6:5 imageSources.0 lacks 'path'",
    ],
    [
      'a registry without hosts',
      registry('hosts: []'),
      'error SCHEMA 6:30 imageSources.0.hosts is empty',
    ],
    [
      'a registry asked where nothing may be',
      registry('hosts: [ghcr.io], overrides: { quay.io: "localhost:5000" }'),
      "error RULE 6:63 'quay.io' is asked at 'localhost:5000', which is not among the hosts that may be contacted",
    ],
    [
      'a registry with a mirror that may not be asked',
      registry('hosts: [ghcr.io], mirrors: { ghcr.io: [ghcr.io, "https://other.example"] }'),
      "error RULE 6:71 'ghcr.io' is asked at 'https://other.example', which is not among the hosts that may be contacted",
    ],
    ['an audience of nobody', `${sound}audience: []\n`, 'error SCHEMA 13:11 audience is empty'],
    ['a counter of zero', `${sound}counter: 0\n`, 'error SCHEMA 13:10 counter must be >= 1'],
    [
      'a date in words',
      `${sound}sourceDateEpoch: 2026-01-01\n`,
      "error SCHEMA 13:18 sourceDateEpoch is the text '2026-01-01', where a whole number belongs",
    ],
    [
      'too many jobs',
      `${sound}settings: { jobs: 65 }\n`,
      'error SCHEMA 13:19 settings.jobs must be <= 64',
    ],
    [
      'a target nobody knows',
      `${sound}target: { profile: other }\n`,
      "error SCHEMA 13:20 target.profile is 'other'; allowed are 'uds-core', 'bare-kubernetes'",
    ],
    [
      'a provided secret without a reason',
      `${sound}target: { secrets: [{ name: a }] }\n`,
      "error SCHEMA 13:21 target.secrets.0 lacks 'reason'",
    ],
    [
      'a kind without a group',
      `${sound}target: { kinds: [Package] }\n`,
      "error SCHEMA 13:19 target.kinds.0 is 'Package', which does not have the form ^[a-z0-9.-]+(/v[a-z0-9]+)?/[A-Z][A-Za-z0-9]*$",
    ],
    [
      'a setting nobody knows',
      `${sound}settings: { job: 1 }\n`,
      "error UNKNOWN_KEY 13:13 the key 'job' is not known in settings; did you mean 'jobs'?",
    ],
    [
      'a digest with capitals',
      sound.replace('ab'.repeat(32), 'AB'.repeat(32)),
      `error SCHEMA 12:80 payloads.0.sha256.a.bin is '${'AB'.repeat(32)}', which does not have the form ^[0-9a-f]{64}$`,
    ],
    ['a list', '- a\n', 'error SCHEMA 1:1 the document is a list, where a mapping belongs'],
    [
      'a key twice',
      `${sound}name: other\n`,
      'error DUPLICATE_KEY 13:1 the key "name" appears twice',
    ],
    [
      'two documents',
      `${sound}---\n${sound}`,
      'error RULE 14:1 a second YAML document follows, where one is expected',
    ],
    [
      'an open bracket',
      'name: [a\n',
      'error SYNTAX 2:1 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'an alias bomb',
      'a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n',
      'error ALIAS_LIMIT 5:13 aliases repeat more than 50000 values',
    ],
    ['nesting', `name: ${'['.repeat(100)}`, 'error DEPTH 1:72 nested deeper than 64 levels'],
    [
      'a byte-order mark',
      `\ufeff${sound}`,
      'error ENCODING 1:1 the document begins with a byte-order mark, which other readers refuse',
    ],
  ])('refuses %s', (_name, text, expected) => {
    expect(told(text)).toContain(expected);
    expect(parse(text).definition).toBeUndefined();
  });

  it('refuses what is not UTF-8', () => {
    expect(parseReleaseDefinition(Uint8Array.of(0x61, 0xff), 'a').problems[0]?.code).toBe(
      'DOCUMENT_ENCODING',
    );
  });
});
