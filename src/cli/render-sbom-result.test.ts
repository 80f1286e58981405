import { expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { renderExportedSboms, renderGeneratedSboms } from './render-sbom-result.ts';
import { renderSbomDifference, renderValidatedSbom } from './render-sbom-validate.ts';

const side = { file: 'a.json', packages: 1, completeness: 'complete' };
const difference = { added: [], removed: [], same: 0, before: side, after: side };
const hostile = 'a\u001b[31m\u202egnp\r\nscore 10.0 of 10';

it.each([
  ['sbom diff', renderSbomDifference({ ...difference, added: [hostile] }, 400), 2],
  [
    'sbom validate',
    renderValidatedSbom(
      {
        ...{ file: 'a.json', format: 'cyclonedx', specVersion: '1.6', components: 1, score: 1 },
        basis: { decided: 1, rules: 1 },
        verdict: { outcome: 'pass', reasons: [] },
        rules: [
          {
            ...{ id: 'CMP-03', title: 'Who supplies it', outcome: 'fail', kept: 0, of: 1 },
            ...{ detail: hostile, profiles: [] },
          },
        ],
      },
      400,
    ),
    3,
  ],
  [
    'sbom export',
    renderExportedSboms(
      [
        {
          name: 'a.json',
          level: 'image',
          subject: hostile,
          bound: true,
          format: 'cyclonedx',
          digest: digestOf(Buffer.from('a')),
          size: 1,
        },
      ],
      'out',
    ),
    1,
  ],
  [
    'sbom generate',
    renderGeneratedSboms(
      [
        {
          ...{ reference: 'a', digest: 'sha256:a', distro: hostile, packages: [], documents: [] },
          coverage: {
            ...{ uncovered: [], faults: [{ path: hostile, message: 'no' }], binaries: 0 },
            ...{ unexplainedBinaries: 0, unexplainedExamples: [], catalogers: [] },
          },
        },
      ],
      'out',
    ),
    5,
  ],
] as const)(
  '%s lets no name speak to the terminal, or stand on a line of its own',
  (_what, text, lines) => {
    expect(text.split('\n')).toHaveLength(lines);
    expect(text).toMatch(/\\u\{1b}\[31m\\u\{202e}gnp(?: |\\u\{d}\\u\{a})score/);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  },
);
