import { posix } from 'node:path';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { placeSubject } from '../deployed-package.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';

export const links = defineReleaseCheck({
  id: 'brand/links',
  title: 'Every relative link of a document leads to a file that is there',
  severity: 'warning',
  help: {
    why: 'Inside the gap nobody can look up what a broken link was meant to show.',
    fix: 'Correct the link, or take it out.',
    source: 'Past failures P5 and P16; requirement R89',
  },
  examples: {
    good: 'See [the guide](docs/guide.md#sizes). # beside docs/guide.md',
    bad: 'See [the guide](doc/guide.md). # beside docs/guide.md',
  },
  *evaluate({ documents, files, ...facts }) {
    if (documents === undefined || files === undefined) {
      yield notApplicable(wholeSubject(facts), 'no documents are known');
      return;
    }
    const folders = new Set([...files].flatMap(above));
    let count = 0;
    for (const [file, text] of documents) {
      if (!/\.(?:md|markdown)$/i.test(file)) continue;
      for (const { target, line, column } of linksIn(text)) {
        count++;
        const path = posix.join(posix.dirname(file), target).replace(/(?<=.)\/$/, '');
        if (path.startsWith('..') || path === '.' || files.has(path) || folders.has(path)) continue;
        yield fail(placeSubject({ file, line, column }), `the link to ${target} leads to nothing`);
      }
    }
    if (count === 0) yield notApplicable(wholeSubject(facts), 'no document has relative links');
    else yield pass(wholeSubject(facts), `${count} relative links were followed`);
  },
});

interface Link {
  readonly target: string;
  readonly line: number;
  readonly column: number;
}

/** Relative targets of inline links and images; what stands in code is text. */
function* linksIn(text: string): Generator<Link> {
  let fence = '';
  for (const [index, line] of text.split('\n').entries()) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1] ?? '';
    if (mark !== '') {
      if (fence === '') fence = mark.slice(0, 3);
      else if (mark.startsWith(fence)) fence = '';
      continue;
    }
    if (fence !== '') continue;
    const plain = line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
    for (const match of plain.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) {
      const written = match[1] ?? '';
      if (/^(?:[a-z][a-z0-9+.-]*:|#|\/|\{|<)/i.test(written) || written.includes('{{')) continue;
      const target = decoded(written.replace(/[#?].*$/, ''));
      if (target !== '') yield { target, line: index + 1, column: match.index + 1 };
    }
  }
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function above(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
