import { printable } from '../support/printable.ts';
import type { ProgressEvent } from '../support/run.ts';
import { withoutCommands } from '../support/without-commands.ts';

const maxLineLength = 4000;

/** Text of several lines as it may be shown: names in it are whatever a sender or a registry made them. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => withoutCommands(printable(line, maxLineLength)))
    .join('\n');
}

/** Colours of this program, as `styleText` writes them, lines and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the one that is looked for
const own = /(\u001b\[(?:1|22|31|32|33|39)m|\r?\n|\t)/u;

/**
 * A finished text of this program, for standard output: its lines, tabs and colours stay; nothing else in it can
 * speak to a terminal, whatever a registry or a sender called something. Nothing is cut.
 */
export function printableResult(text: string): string {
  return text
    .split(own)
    .map((piece, at) => (at % 2 === 1 ? piece : printable(piece, piece.length + 1)))
    .join('');
}

/** A progress event that cannot speak to the terminal. */
export function printableEvent(event: ProgressEvent): ProgressEvent {
  switch (event.kind) {
    case 'step-started':
      return { ...event, step: shown(event.step), title: shown(event.title) };
    case 'step-progress':
      return {
        ...event,
        step: shown(event.step),
        ...(event.phase === undefined ? {} : { phase: shown(event.phase) }),
      };
    case 'step-finished':
      return {
        ...event,
        step: shown(event.step),
        ...(event.note === undefined ? {} : { note: printableLines(event.note) }),
      };
    case 'note':
      return { ...event, message: printableLines(event.message) };
    case 'counted':
    case 'planned':
    case 'expected':
      return event;
  }
}

function shown(text: string): string {
  return withoutCommands(printable(text));
}
