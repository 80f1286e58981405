import type { PartDamage } from './parts-facts.ts';

/** One line that says what has to be brought over again. */
export function describeDamage({ kind, place, chunks, from, to, holds }: PartDamage): string {
  if (kind === 'exchanged')
    return `is part ${holds} of the archive under another name, byte for byte: ${place}`;
  if (kind === 'copy') return `is a second copy of part ${holds}: ${place}`;
  if (kind === 'size') return `has ${from} bytes, it should have ${to}: ${place}`;
  const [first, last] = chunks ?? [0, 0];
  const which = first === last ? `chunk ${first}` : `chunks ${first} to ${last}`;
  const altered = `${first === last ? 'is' : 'are'} not what was cut`;
  const said = kind === 'altered' ? altered : 'cannot be read';
  return `${which} (bytes ${from} to ${to - 1}) ${said}: ${place}`;
}
