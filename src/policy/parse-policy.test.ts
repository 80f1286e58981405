import { describe, expect, it } from 'vitest';
import { allChecks } from '../checks/all-checks.ts';
import { parseByteSize } from './byte-size.ts';
import { parsePolicy } from './parse-policy.ts';
import { builtInPolicy } from './policy.ts';

const head = 'apiVersion: cowa-release/policy/v1\n';
const parse = (text: string) => parsePolicy(Buffer.from(head + text), allChecks());

const waiver = (check: string, expires = '2026-12-31', owner = 'a') =>
  `{ check: ${check}, subject: "*", owner: ${owner}, reason: b, expires: ${expires} }`;

describe('parsePolicy', () => {
  it.each([
    ['nothing more', '', { required: builtInPolicy.required, budgets: [] }],
    [
      'required evidence',
      'required: [signature, names]',
      { required: ['signature', 'names'], budgets: [] },
    ],
    [
      'a floor and a ceiling',
      'budgets: [{ kind: image, name: "*/vllm:*", min: 1KiB, max: 2.5 GB }]',
      { budgets: [{ kind: 'image', pattern: '*/vllm:*', minBytes: 1024, maxBytes: 2.5e9 }] },
    ],
    [
      'a plain number',
      'budgets: [{ kind: bundle, name: b, max: 12 }]',
      { budgets: [{ kind: 'bundle', pattern: 'b', maxBytes: 12 }] },
    ],
    [
      'a floor of nothing',
      'budgets: [{ kind: package, name: b, min: 0 }]',
      { budgets: [{ minBytes: 0 }] },
    ],
    [
      'provenance that must be there',
      'provenance: { required: true }',
      {
        provenance: { required: true },
        required: [...builtInPolicy.required, 'provenance'],
      },
    ],
    [
      'evidence of both kinds, so that it must be there',
      'required: [sbom, provenance]',
      { provenance: { required: true }, sbom: { required: true, packages: [] } },
    ],
    [
      'evidence that must be decided where it is there',
      'required: [sbom, provenance]\nsbom: { required: false }\nprovenance: { required: false }',
      { provenance: { required: false }, sbom: { required: false, packages: [] } },
    ],
    [
      'only some builders',
      'provenance: { builders: ["https://ci.example.org/1"] }',
      {
        provenance: { required: false, builders: ['https://ci.example.org/1'] },
        required: builtInPolicy.required,
      },
    ],
    [
      'payloads that run code',
      'payloads: { pickled: allow }',
      { pickledPayloads: true, budgets: [] },
    ],
    [
      'SBOMs that must be there',
      'sbom: { required: true, maxAge: 90 }',
      { sbom: { required: true, maxAgeDays: 90, packages: [] } },
    ],
    [
      'licences and packages',
      'sbom: { licences: { forbid: ["AGPL-*"] }, packages: [{ name: a, below: "2", reason: b }] }',
      {
        sbom: {
          required: false,
          licences: { forbid: ['AGPL-*'], unknown: 'undecided' },
          packages: [{ name: 'a', below: '2', reason: 'b' }],
        },
      },
    ],
    ['keys of the author', 'x-note: mine', {}],
    [
      'a name for signed verdicts',
      'uri: https://example.mil/policy',
      { uri: 'https://example.mil/policy' },
    ],
    [
      'severities',
      'severity: { oci/platform: warning, names/file-name: note, signature/legacy: error }',
      {
        severities: [
          { check: 'oci/platform', severity: 'warning' },
          { check: 'names/file-name', severity: 'note' },
          { check: 'signature/legacy', severity: 'error' },
        ],
      },
    ],
    [
      'thresholds',
      'thresholds: { warnings: 0, undecided: 3 }',
      { thresholds: { warnings: 0, undecided: 3 } },
    ],
    [
      'what else fails',
      'failOn: [undecided, warning]',
      { failOn: ['error', 'undecided', 'warning'] },
    ],
    [
      'a waiver',
      'waivers:\n  - { check: oci/platform, subject: "*", owner: a, reason: b, expires: 2028-02-29, x-ticket: 1 }',
      {
        waivers: [
          { check: 'oci/platform', subject: '*', owner: 'a', reason: 'b', expires: '2028-02-29' },
        ],
      },
    ],
  ])('reads %s', (_name, text, expected) => {
    const { policy, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(policy).toMatchObject(expected);
  });

  it('demands nothing that is not named', () => {
    const { policy } = parse('required: [checksums]');
    expect([policy?.sbom, policy?.provenance]).toEqual([undefined, undefined]);
  });

  it.each([
    ['evidence that is none', 'required: [signatur]', 2],
    ['evidence twice', 'required: [oci, oci]', 2],
    ['a key that is none', 'budget: []', 2],
    ['a budget without a size', 'budgets:\n  - { kind: image, name: a }', 3],
    ['a budget of no kind', 'budgets:\n  - { kind: layer, name: a, max: 1 }', 3],
    ['a budget without a name', 'budgets:\n  - { kind: image, name: "", max: 1 }', 3],
    ['a size that is none', 'budgets:\n  - { kind: image, name: a, max: lots }', 3],
    ['a negative size', 'budgets:\n  - { kind: image, name: a, max: -1 }', 3],
    ['a floor above the ceiling', 'budgets:\n  - { kind: image, name: a, min: 2KB, max: 1KB }', 3],
    ['a key twice', 'required: [oci]\nrequired: []', 3],
    ['a severity that is none', 'severity:\n  oci/platform: fatal', 3],
    ['a severity of no check', 'severity:\n  oci/platfrom: note', 3],
    ['a guard of integrity made a warning', 'severity:\n  oci/blob-digest: warning', 3],
    ['a guard of a whole area made a note', 'severity:\n  signature/members: note', 3],
    ['a negative threshold', 'thresholds:\n  warnings: -1', 3],
    ['a waiver of no check', `waivers:\n  - ${waiver('oci/x')}`, 3],
    ['a waiver of a signature', `waivers:\n  - ${waiver('signature/archive')}`, 3],
    ['a waiver of a digest', `waivers:\n  - ${waiver('bundle/blobs')}`, 3],
    ['a waiver to no day', `waivers:\n  - ${waiver('oci/platform', '2026-02-30')}`, 3],
    ['a waiver to a moment', `waivers:\n  - ${waiver('oci/platform', '2026-02-03T00:00:00Z')}`, 3],
    [
      'a waiver without an owner',
      'waivers:\n  - { check: oci/platform, subject: "*", reason: b, expires: 2026-01-01 }',
      3,
    ],
    ['a waiver of nobody', `waivers:\n  - ${waiver('oci/platform', '2026-02-03', '" "')}`, 3],
    ['a licence that is none', 'sbom:\n  licences:\n    forbid: [AGLP-3.0-only]\n', 4],
    ['a builder that is no URI', 'provenance:\n  builders:\n    - my builder\n', 4],
    ['no builders at all', 'provenance:\n  builders: []\n', 3],
    ['licences without a list', 'sbom:\n  licences: { unknown: fail }\n', 3],
    ['a package without a reason', 'sbom:\n  packages:\n    - { name: a }\n', 4],
  ])('refuses %s, with its line', (_name, text, line) => {
    const { policy, problems } = parse(text);
    expect(policy).toBeUndefined();
    expect(problems.map((problem) => problem.line)).toContain(line);
  });

  it.each([
    ['no version', 'budgets: []'],
    ['another version', 'apiVersion: cowa-release/policy/v2'],
    ['no mapping', '- a'],
    ['nothing', ''],
    ['no YAML', 'a: ['],
  ])('refuses %s', (_name, text) => {
    const { policy, problems } = parsePolicy(Buffer.from(text), allChecks());
    expect(policy).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('parseByteSize', () => {
  it.each([
    ['1', 1],
    ['1B', 1],
    ['1 KB', 1000],
    ['1KiB', 1024],
    ['0.5MiB', 2 ** 19],
    ['2TB', 2e12],
    ['3TiB', 3 * 2 ** 40],
    [7, 7],
    [undefined, undefined],
    ['1.5.5GB', undefined],
    ['1kb', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1e9', undefined],
  ])('%s is %s', (text, expected) => {
    expect(parseByteSize(text)).toBe(expected);
  });
});
