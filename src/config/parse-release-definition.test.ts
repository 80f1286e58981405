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
