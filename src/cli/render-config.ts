import type { DescribedSetting } from '../config/describe-config.ts';
import type { ConfigOrigin } from '../config/resolve-config.ts';

/** What `config explain --output json` prints. */
export interface ConfigExplanation {
  readonly schema: 'cowa-release/config/v1';
  readonly settings: readonly DescribedSetting[];
  /** Variables that look like ours and are none. */
  readonly strangeVariables: readonly { readonly name: string; readonly meant?: string }[];
}

/** The settings as people read them: a line each, aligned. */
export function renderConfig({ settings, strangeVariables }: ConfigExplanation): string {
  const rows = settings.map((each) => [each.name, shownValue(each), shownOrigin(each.origin)]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const strange = strangeVariables.map(
    ({ name, meant }) =>
      `${name} means nothing${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
  return [...lines, ...(strange.length === 0 ? [] : ['', ...strange])].join('\n');
}

function shownValue({ value, secret }: DescribedSetting): string {
  if (secret === true) return '(set, not shown)';
  return value === undefined ? '(none)' : String(value);
}

function shownOrigin(origin: ConfigOrigin): string {
  switch (origin.kind) {
    case 'flag':
      return `flag ${origin.name}`;
    case 'variable':
      return `variable ${origin.name}`;
    case 'file':
      return `${origin.name}:${origin.line}:${origin.column}`;
    case 'default':
      return 'default';
  }
}
