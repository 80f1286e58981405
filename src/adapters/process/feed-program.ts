import type { Writable } from 'node:stream';

/**
 * Hands over what a program reads on standard input; what it does not want is read all the same, since whoever gives
 * it counts on its end.
 * @param alive told of each chunk that was taken
 */
export async function feedProgram(
  stdin: Writable,
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  alive: () => void,
  stopped: AbortSignal,
): Promise<void> {
  let open = true;
  const closed = new Promise<void>((resolve) => {
    const close = (): void => {
      open = false;
      resolve();
    };
    stdin.on('error', close).on('close', close);
  });
  for await (const chunk of input) {
    if (stopped.aborted) return;
    // The memory of a chunk may be used again for the next one: it has to be gone before.
    if (open) {
      await Promise.race([new Promise<void>((done) => stdin.write(chunk, () => done())), closed]);
    }
    alive();
  }
  stdin.end();
}
