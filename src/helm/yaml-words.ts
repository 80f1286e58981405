/** Words that YAML 1.1 reads as true, false, nothing, or no number. */
const words = new Set(
  ['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off', 'null']
    .flatMap((word) => [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)])
    .concat(['', '~', '.nan', '.NaN', '.NAN'])
    .concat(['.inf', '.Inf', '.INF'].flatMap((word) => [word, `+${word}`, `-${word}`])),
);

const forms = [
  /^[-+]?0x[0-9a-f]+$/i,
  /^[-+]?0b[01]+$/i,
  /^[-+]?0o[0-7]+$/i,
  /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/,
];
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?: ?(?:Z|[-+]\d{1,2}(?::\d{2})?))?)?$/;

/** Whether a text, written without quotes, would be read as something else: those are quoted. */
export function resolvesToOther(text: string): boolean {
  if (words.has(text) || base60.test(text)) return true;
  const date = timestamp.exec(text);
  if (
    date !== null &&
    Number(date[1]) >= 1 &&
    Number(date[1]) <= 12 &&
    Number(date[2]) >= 1 &&
    Number(date[2]) <= 31
  )
    return true;
  if (!/^[-+.0-9]/.test(text)) return false;
  const bare = text.replaceAll('_', '');
  return forms.some((form) => form.test(bare));
}
