import { PackError } from './pack-error.ts';

/** Judges a path below the chart: true = Helm leaves it out. */
export type HelmIgnore = (path: string, isDirectory: boolean) => boolean;

interface Rule {
  readonly negated: boolean;
  readonly folderOnly: boolean;
  /** Against the whole path, or only the last segment. */
  readonly whole: boolean;
  readonly pattern: RegExp;
}

/**
 * Reads a `.helmignore`. Helm's rules, not Git's: no `**`, and a negated rule drops everything it
 * does not match. Helm always leaves out hidden files directly in `templates/`.
 * @throws PackError PACK_CHART_INVALID for a pattern Helm refuses
 * @see Helm documentation, "The .helmignore file"
 */
export function parseHelmIgnore(text: string, file: string): HelmIgnore {
  const rules = `${text}\ntemplates/.?*`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => toRule(line, file));
  return (path, isDirectory) => rules.some((rule) => drops(rule, path, isDirectory));
}

function drops(rule: Rule, path: string, isDirectory: boolean): boolean {
  const subject = rule.whole ? path : path.slice(path.lastIndexOf('/') + 1);
  if (rule.negated) return (rule.folderOnly && !isDirectory) || !rule.pattern.test(subject);
  return (!rule.folderOnly || isDirectory) && rule.pattern.test(subject);
}

function toRule(line: string, file: string): Rule {
  if (line.includes('**')) {
    throw new PackError(
      'PACK_CHART_INVALID',
      `${file}: the pattern '${line}' has '**', which Helm refuses`,
      {
        suggestions: ["Use a single '*', or a pattern without a slash to match at any depth"],
      },
    );
  }
  const negated = line.startsWith('!');
  let body = negated ? line.slice(1) : line;
  const folderOnly = body.endsWith('/');
  if (folderOnly) body = body.slice(0, -1);
  const whole = body.includes('/');
  if (body.startsWith('/')) body = body.slice(1);
  return { negated, folderOnly, whole, pattern: globToRegExp(body, file) };
}

/** Shell patterns as Go's path matching has them: `*`, `?`, `[…]`, `\` as escape; none crosses a slash. */
function globToRegExp(glob: string, file: string): RegExp {
  let source = '';
  for (let index = 0; index < glob.length; index++) {
    const char = glob.charAt(index);
    if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\') source += literal(glob.charAt(++index));
    else if (char === '[') {
      const end = glob.indexOf(']', index + 2);
      if (end < 0)
        throw new PackError('PACK_CHART_INVALID', `${file}: the pattern '${glob}' has an open '['`);
      const inner = glob.slice(index + 1, end);
      const negated = inner.startsWith('^');
      source += `[${negated ? '^/' : ''}${(negated ? inner.slice(1) : inner).replace(/[\\[\]^]/g, '\\$&')}]`;
      index = end;
    } else source += literal(char);
  }
  return new RegExp(`^${source}$`, 'su');
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
