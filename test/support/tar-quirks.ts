import { checksums } from './tar-quirks/checksums.ts';
import { contents } from './tar-quirks/contents.ts';
import { flagQuirks, magics } from './tar-quirks/dialects.ts';
import { longNames } from './tar-quirks/long-names.ts';
import { names } from './tar-quirks/names.ts';
import { numberQuirks } from './tar-quirks/numbers.ts';
import { malformedPax, paxQuirks } from './tar-quirks/pax-records.ts';
import type { Quirk } from './tar-quirks/quirk.ts';

/** Every way there is, in a fixed order. */
export function allQuirks(): readonly Quirk[] {
  return [
    ...numberQuirks(),
    ...checksums,
    ...flagQuirks(),
    ...magics,
    ...names,
    ...paxQuirks('x'),
    ...paxQuirks('g'),
    ...malformedPax,
    ...longNames,
    ...contents,
  ];
}
