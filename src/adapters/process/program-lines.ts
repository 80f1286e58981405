import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Tells the lines of a stream; of one that is longer only the end is told, so that nothing grows without bound. */
export function hearLines(
  stream: Readable,
  hear: (line: string) => void,
  maxChars = 64 * 2 ** 10,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let wasReturn = false;
  const take = (text: string): void => {
    // A line that ends with CR LF may be cut between the two.
    const parts = (wasReturn ? text.replace(/^\n/, '') : text).split(/\r\n|\n|\r/);
    if (text !== '') wasReturn = text.endsWith('\r');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      hear(`${rest}${part}`.slice(-maxChars));
      rest = '';
    }
    rest = `${rest}${last}`.slice(-maxChars);
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  stream.on('end', () => {
    take(decoder.end());
    if (rest !== '') hear(rest);
    rest = '';
  });
}
