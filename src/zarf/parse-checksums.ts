import type { DocumentProblem } from '../support/document-problem.ts';

/** One readable line of `checksums.txt`. */
export interface ParsedChecksumLine {
  /** 64 lower-case hex digits. */
  readonly hex: string;
  /** As written, but without a leading `./`. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** A parsed `checksums.txt`: every readable line, and all that is wrong. */
export interface ParsedChecksums {
  readonly lines: readonly ParsedChecksumLine[];
  readonly problems: readonly DocumentProblem[];
}

const hexForm = /^[0-9a-f]{64}$/;

/**
 * Reads `checksums.txt`: lines of a digest, one space and a path; blank lines mean nothing. Never
 * throws.
 * @see shared reference of the Zarf package format, 2.1
 */
export function parseChecksums(bytes: Uint8Array): ParsedChecksums {
  const lines: ParsedChecksumLine[] = [];
  const problems: DocumentProblem[] = [];
  const text = Buffer.from(bytes).toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes))
    problems.push(problem('DOCUMENT_ENCODING', 1, 'checksums.txt is not UTF-8', 'error'));
  const first = new Map<string, number>();
  for (const [index, written] of text.split('\n').entries()) {
    const line = index + 1;
    if (written === '') continue;
    const fields = written.split(' ');
    const [hex = '', spelt = ''] = fields;
    if (fields.length !== 2 || spelt === '') {
      problems.push(
        problem(
          'DOCUMENT_SYNTAX',
          line,
          `${shown(written)} is not a digest, one space and a path without spaces`,
          'error',
        ),
      );
      continue;
    }
    if (!hexForm.test(hex)) {
      problems.push(
        problem('DOCUMENT_SYNTAX', line, `${shown(hex)} is not 64 lower-case hex digits`, 'error'),
      );
      continue;
    }
    const path = spelt.replace(/^(?:\.\/)+/, '');
    if (path !== spelt)
      problems.push(
        problem(
          'DOCUMENT_RULE',
          line,
          `${shown(spelt)} begins with ./, which no other program writes`,
          'warning',
        ),
      );
    const fault = pathFault(path);
    if (fault !== undefined)
      problems.push(problem('DOCUMENT_RULE', line, `the path ${shown(spelt)} ${fault}`, 'error'));
    const before = first.get(path);
    if (before !== undefined)
      problems.push(
        problem(
          'DOCUMENT_DUPLICATE_KEY',
          line,
          `${shown(path)} stands in line ${before} already`,
          'error',
        ),
      );
    first.set(path, before ?? line);
    lines.push({ hex, path, line });
  }
  return { lines, problems };
}

function pathFault(path: string): string | undefined {
  if (path === 'zarf.yaml' || path === 'checksums.txt')
    return 'cannot be listed: it holds or signs the list';
  if (path.startsWith('/')) return 'is absolute';
  if (path.split('/').some((part) => part === '..' || part === '.' || part === ''))
    return 'is not in its shortest form, or leads out of the package';
  return /[\s\p{Cc}\\]/u.test(path)
    ? 'holds white space, a control character or a backslash'
    : undefined;
}

function problem(
  code: DocumentProblem['code'],
  line: number,
  message: string,
  severity: DocumentProblem['severity'],
): DocumentProblem {
  return { code, message, pointer: '', line, column: 1, severity };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
