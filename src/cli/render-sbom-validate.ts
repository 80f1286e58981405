import { counted } from '../support/counted.ts';
import type { SbomDifference, ValidatedSbom } from './sbom-validate.ts';

/** What `sbom validate --output json` prints. */
export interface SbomValidateResult extends ValidatedSbom {
  readonly schema: 'cowa-release/sbom-validate-result/v1';
}

/** What `sbom diff --output json` prints. */
export interface SbomDiffResult extends SbomDifference {
  readonly schema: 'cowa-release/sbom-diff-result/v1';
}

/** Rules with what keeps them, then the score. */
export function renderValidatedSbom(sbom: ValidatedSbom): string {
  const words = { pass: 'pass', fail: 'FAIL', undecided: '?' } as const;
  return [
    `${sbom.file}: ${sbom.format} ${sbom.specVersion}, ${counted(sbom.components, 'component')}`,
    ...sbom.rules.map(({ id, title, outcome, kept, of, detail }) =>
      [
        `  ${words[outcome].padEnd(5)} ${id}  ${title}`,
        of > 1 ? ` (${kept} of ${of})` : '',
        detail === undefined ? '' : `: ${detail}`,
      ].join(''),
    ),
    `score ${sbom.score.toFixed(1)} of 10: the share of each rule, every rule alike; what is undecided does not count`,
  ].join('\n');
}

/** One line for each package that came or went. */
export function renderSbomDifference({ added, removed, same }: SbomDifference): string {
  return [
    ...removed.map((each) => `- ${each}`),
    ...added.map((each) => `+ ${each}`),
    `${added.length} added, ${removed.length} removed, ${same} the same`,
  ].join('\n');
}
