/**
 * A path as a statement may show it: relative ones as the definition writes them, of one that names a place of
 * this machine only its last part.
 */
export function placeName(path: string): string {
  const isOfMachine = /^(?:[/~\\]|[A-Za-z]:[/\\]|file:)/.test(path);
  return isOfMachine ? (path.split(/[/\\]/).findLast((part) => part !== '') ?? path) : path;
}
