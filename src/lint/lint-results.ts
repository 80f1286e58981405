import type { Subject } from '../checks/check.ts';
import { nearestWord } from '../support/nearest-word.ts';

/** `; 'size' was meant?` where one of the words is near; empty otherwise. */
export function meant(word: string, known: Iterable<string>): string {
  const near = nearestWord(word, [...known]);
  return near === undefined ? '' : `; '${near}' was meant?`;
}

/** `a, b and 3 more`. */
export function listed(words: Iterable<string>, most = 5): string {
  const all = [...new Set(words)].sort();
  if (all.length === 0) return 'none';
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}

/** The package as a subject. */
export function packageSubject({ label }: { readonly label: string }): Subject {
  return { kind: 'package', name: label };
}

/** What was judged as a whole. */
export function wholeSubject({ label }: { readonly label: string }): Subject {
  return { kind: 'statement', name: label };
}
