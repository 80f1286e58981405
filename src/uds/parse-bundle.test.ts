import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JudgeMode } from '../support/judge-schema.ts';
import { parseUdsBundle } from './parse-bundle.ts';
import { parsePackageRef } from './parse-ref.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const sound = `kind: UDSBundle
metadata: { name: demo, version: 1.0.0 }
packages:
  - name: a
    repository: registry.example.com/a
    ref: 1.0.0
    exports: [{ name: HOST }]
  - name: b
    path: ../b
    ref: 1.0.0
    imports: [{ name: HOST, package: a }]
`;
const parse = (text: string, mode: JudgeMode = 'authored') =>
  parseUdsBundle(new TextEncoder().encode(text), mode);
const messages = (text: string, mode?: JudgeMode) =>
  parse(text, mode)
    .problems.map((problem) => problem.message)
    .join('\n');

describe('parseUdsBundle', () => {
  it.each(['cpu', 'gpu'])('reads the %s demo bundle', (flavor) => {
    const parsed = parseUdsBundle(
      readFileSync(`fixtures/demo/bundles/${flavor}/uds-bundle.yaml`),
      'authored',
    );
    expect(parsed.problems).toEqual([]);
    expect(parsed.bundle?.packages).toHaveLength(2);
  });

  it('reads a small one', () => expect(parse(sound).problems).toEqual([]));

  it.each([
    ['empty', '', 'is empty'],
    ['no kind', sound.replace('kind: UDSBundle\n', ''), "lacks 'kind'"],
    ['no version', sound.replace(', version: 1.0.0', ''), 'no version'],
    [
      'a foreign architecture',
      sound.replace('name: demo', 'name: demo, architecture: riscv'),
      'riscv',
    ],
    [
      'no packages',
      'kind: UDSBundle\nmetadata: { name: a, version: "1" }\npackages: []\n',
      'no packages',
    ],
    ['a name twice', sound.replace('name: b', 'name: a'), 'stands above already'],
    ['an empty name', sound.replace('name: b', 'name: ""'), 'empty name'],
    [
      'two origins',
      sound.replace('path: ../b', 'path: ../b\n    repository: x.example/b'),
      'only one can be its origin',
    ],
    ['no origin', sound.replace('    path: ../b\n', ''), 'neither a repository nor a path'],
    ['a scheme', sound.replace('registry.', 'oci://registry.'), 'without a scheme'],
    [
      'an import nobody exports',
      sound.replace('exports: [{ name: HOST }]', 'exports: []'),
      'no package above exports',
    ],
    [
      'two kinds of trust',
      sound.replace(
        'path: ../b',
        'path: ../b\n    publicKey: x\n    keylessVerification: { certificateIdentity: a, certificateOIDCIssuer: b }',
      ),
      'only one can hold',
    ],
    [
      'an identity without issuer',
      sound.replace(
        'path: ../b',
        'path: ../b\n    keylessVerification: { certificateIdentity: a }',
      ),
      'exactly one of certificateOIDCIssuer',
    ],
    [
      'a bad namespace',
      sound.replace('path: ../b', 'path: ../b\n    namespace: A_b'),
      'no namespace',
    ],
    [
      'a bad timeout',
      sound.replace('path: ../b', 'path: ../b\n    timeout: 10 minutes'),
      'no duration',
    ],
    [
      'a timeout of zero',
      sound.replace('path: ../b', 'path: ../b\n    timeout: 0s'),
      'no duration',
    ],
    [
      'a digest of a local package',
      sound.replace('path: ../b\n    ref: 1.0.0', `path: ../b\n    ref: 1.0.0@${digest}`),
      'leave it out',
    ],
    ['a malformed digest', sound.replace('ref: 1.0.0', 'ref: 1.0.0@sha256:12'), 'is not a version'],
    ['an empty ref', sound.replace('ref: 1.0.0', 'ref: ""'), 'empty ref'],
  ])('refuses %s', (_, text, words) => {
    expect(messages(text)).toContain(words);
    expect(parse(text).problems.some((problem) => problem.severity === 'error')).toBe(true);
  });

  it('is lenient about wording, strict about shape in a built bundle', () => {
    const built = `metadata: { name: De mo }\nbuild: { architecture: amd64 }\nnews: 1\npackages: [{ name: a, ref: "1@${digest}" }]\n`;
    const parsed = parse(built, 'built');
    expect(parsed.bundle?.packages[0]?.name).toBe('a');
    expect(parsed.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(
      parsed.problems.find((problem) => problem.code === 'DOCUMENT_UNKNOWN_KEY')?.severity,
    ).toBe('note');
    expect(parse(built.replace('ref:', 'rf:'), 'built').bundle).toBeUndefined();
    expect(messages(built.replace(`@${digest}`, ''), 'built')).toContain('has no digest');
  });
});

describe('parsePackageRef', () => {
  it.each([
    ['1.0.0', { tag: '1.0.0' }],
    [`1.0.0@${digest}`, { tag: '1.0.0', digest }],
    [`1.0.0@${digest}@${digest}`, undefined],
    ['1.0.0@sha256:12', undefined],
  ])('takes %s apart', (text, expected) => expect(parsePackageRef(text)).toEqual(expected));
});
