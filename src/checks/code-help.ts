import type { Check, CodeHelp, Help } from './check.ts';
import { signatureHelp } from './signature-help.ts';
import { trustHelp } from './trust-help.ts';

/** Codes that several checks tell, in the same words. */
const shared: ReadonlyMap<string, CodeHelp> = new Map([
  ...signatureHelp,
  ...trustHelp,
  [
    'CHECK_SKIPPED',
    {
      why: 'What a check says is not known while it is left out.',
      fix: 'Run it again without --skip, or with --checks that name it',
    },
  ],
  [
    'CHECK_NOT_QUICK',
    {
      why: 'A quick look reads no contents, so nothing is known of them.',
      fix: 'Verify without --quick before the archive is used',
    },
  ],
]);

/** Why and what to do of a code that several checks tell; undefined of others. */
export function sharedHelp(code: string): CodeHelp | undefined {
  return shared.get(code);
}

/**
 * Why a finding matters and what to do: what the check says of its code, else what is said of the code
 * wherever it is told, else what the check says of all its findings.
 */
export function helpOf(
  { help, codes }: Pick<Check, 'help' | 'codes'>,
  code: string | undefined,
): Help {
  const own = code === undefined ? undefined : (codes?.[code] ?? shared.get(code));
  return own === undefined ? help : { ...help, ...own };
}
