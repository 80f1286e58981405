import { counted } from '../support/counted.ts';
import { printable } from '../support/printable.ts';
import { archiveText } from './archive-text.ts';
import type { DiffedSbom, SbomDifference, ValidatedSbom } from './sbom-validate.ts';

/** What `sbom validate --output json` prints. */
export interface SbomValidateResult extends ValidatedSbom {
  readonly schema: 'cowa-release/sbom-validate-result/v1';
}

/** What `sbom diff --output json` prints. */
export interface SbomDiffResult extends SbomDifference {
  readonly schema: 'cowa-release/sbom-diff-result/v1';
}

/** Rules with what keeps them, then the score and what it rests on. */
export function renderValidatedSbom(sbom: ValidatedSbom, columns: number): string {
  const words = { pass: 'pass', fail: 'FAIL', undecided: '?' } as const;
  const indent = ' '.repeat('  pass  DOC-01  '.length);
  return [
    ...archiveText(
      `${sbom.file}: ${sbom.format} ${sbom.specVersion}, ${counted(sbom.components, 'component')}`,
      columns,
      '',
      '  ',
    ),
    ...sbom.rules.flatMap(({ id, title, outcome, kept, of, detail }) => {
      const share = of > 1 ? ` (${kept} of ${of})` : '';
      const because = detail === undefined ? '' : `: ${detail}`;
      const first = `  ${words[outcome].padEnd(5)} ${id}  `;
      return archiveText(`${title}${share}${because}`, columns, first, indent);
    }),
    ...archiveText(scoreText(sbom), columns, '', '  '),
    ...sbom.verdict.reasons.flatMap((reason) =>
      archiveText(reason, columns, `${sbom.verdict.outcome === 'fail' ? 'FAIL' : '?'}  `, '  '),
    ),
  ].join('\n');
}

function scoreText({ score, basis }: ValidatedSbom): string {
  const { decided, rules, scoreOfDecided } = basis;
  const open = rules - decided;
  const rests = `${decided} of ${counted(rules, 'rule')} decided, every rule alike`;
  return `score ${score.toFixed(1)} of 10: ${rests}${
    open === 0
      ? ''
      : `; the ${open} marked ? count as not kept${scoreOfDecided === undefined ? '' : ` (${scoreOfDecided.toFixed(1)} without them)`}`
  }`;
}

/** One line for each package that came or went, and whether what is not told of did not happen. */
export function renderSbomDifference(
  { added, removed, same, before, after }: SbomDifference,
  columns: number,
): string {
  return [
    ...removed.map((each) => `- ${printable(each)}`),
    ...added.map((each) => `+ ${printable(each)}`),
    `${added.length} added, ${removed.length} removed, ${same} the same`,
    ...[before, after].flatMap((each) => {
      const doubt = doubtOf(each);
      return doubt === undefined ? [] : archiveText(doubt, columns, '? ', '  ');
    }),
  ].join('\n');
}

/** Why a package that a document does not list may be there all the same. */
function doubtOf({ file, packages, completeness }: DiffedSbom): string | undefined {
  const lists = packages === 0 ? 'lists no package' : undefined;
  const whole =
    completeness === 'complete'
      ? undefined
      : completeness === undefined
        ? 'does not say whether it is complete'
        : `says that it is not complete (${completeness})`;
  const said = [lists, whole].filter((each) => each !== undefined).join(' and ');
  return said === ''
    ? undefined
    : `${file} ${said}${whole === undefined ? '' : ': what it does not list may be there'}`;
}
