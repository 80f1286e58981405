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

describe('a built bundle', () => {
  const built = `kind: UDSBundle
metadata: { name: demo, version: 1.0.0 }
packages:
  - name: a
    ref: 1.0.0@${digest}
`;
  const told = (text: string) =>
    parse(text, 'built').problems.map(
      ({ severity, line, column, message }) => `${severity} ${line}:${column} ${message}`,
    );

  it.each([
    ['sound', built, []],
    [
      'without kind',
      built.replace('kind: UDSBundle\n', ''),
      ["note 1:1 the document lacks 'kind'"],
    ],
    [
      'with another kind',
      built.replace('UDSBundle', 'Other'),
      ["warning 1:7 kind is 'Other'; allowed is 'UDSBundle'"],
    ],
    [
      'members without a value',
      built.replace('    ref', '    namespace:\n    overrides: ~\n    ref'),
      [],
    ],
    [
      'a name without a value',
      built.replace('name: a\n', 'name:\n'),
      ["error 4:5 packages.0 lacks 'name'"],
    ],
    [
      'a version with an exponent',
      built.replace('1.0.0 }', '1e3 }'),
      [
        'warning 2:34 metadata.version is the number 1000, where text belongs; it is taken as it is written',
      ],
    ],
    [
      'a version with a fraction',
      built.replace('1.0.0 }', '1.5 }'),
      [
        'warning 2:34 metadata.version is the number 1.5, where text belongs; it is taken as it is written',
      ],
    ],
    [
      'a version of digits',
      built.replace('1.0.0 }', '12 }'),
      [
        'warning 2:34 metadata.version is the number 12, where text belongs; it is taken as it is written',
      ],
    ],
    [
      'a version with two spellings',
      built.replace('1.0.0 }', '1.10 }'),
      [
        'error 2:34 metadata.version is the number 1.1, where text belongs; write it in quotes: "1.10"',
      ],
    ],
    [
      'a version that is a number for others',
      built.replace('1.0.0 }', '1_0 }'),
      ['error 2:34 metadata.version is 1_0, text here and a number for UDS; it must be quoted'],
    ],
    [
      'a number where a switch belongs',
      built.replace('1.0.0 }', '1.0.0, uncompressed: 1 }'),
      ['error 2:55 metadata.uncompressed is the number 1, where true or false belongs'],
    ],
    [
      'numbers among overrides',
      `${built}    overrides: { c: { h: { values: [{ path: p, value: 1_000 }, { path: q, value: 1.10 }] } } }\n`,
      [],
    ],
    [
      'a null override',
      `${built}    overrides: { c: { h: { values: [{ path: p, value: ~ }] } } }\n`,
      [],
    ],
    [
      'a name twice',
      built + built.slice(built.indexOf('  - name')),
      ["warning 6:11 a package 'a' stands above already"],
    ],
    [
      'no packages',
      'kind: UDSBundle\nmetadata: { name: a }\npackages: []\n',
      ['warning 3:11 the bundle has no packages'],
    ],
    [
      'no list of packages',
      'kind: UDSBundle\nmetadata: { name: a }\n',
      ["error 1:1 the document lacks 'packages'"],
    ],
  ])('%s', (_name, text, expected) => expect(told(text)).toEqual(expected));

  it('takes a number as it is spelt', () => {
    expect(parse(built.replace('1.0.0 }', '1e3 }'), 'built').bundle?.metadata.version).toBe('1e3');
  });
});

describe('bytes that are no bundle', () => {
  it.each([
    ['not UTF-8', Uint8Array.of(0x61, 0xff), 'DOCUMENT_ENCODING'],
    ['a byte-order mark', new TextEncoder().encode(`\ufeff${sound}`), 'DOCUMENT_ENCODING'],
    ['an alias without anchor', new TextEncoder().encode('a: *b\n'), 'DOCUMENT_SYNTAX'],
    ['nesting', new TextEncoder().encode('['.repeat(2000)), 'DOCUMENT_DEPTH'],
    [
      'a key twice',
      new TextEncoder().encode(`${sound}kind: UDSBundle\n`),
      'DOCUMENT_DUPLICATE_KEY',
    ],
    ['two documents', new TextEncoder().encode(`${sound}---\n${sound}`), 'DOCUMENT_RULE'],
    ['text', new TextEncoder().encode('text\n'), 'DOCUMENT_SCHEMA'],
  ])('%s', (_name, bytes, code) => {
    for (const mode of ['authored', 'built'] as const) {
      const parsed = parseUdsBundle(bytes, mode);
      expect(parsed.bundle).toBeUndefined();
      expect(parsed.problems.map((problem) => problem.code)).toContain(code);
    }
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
