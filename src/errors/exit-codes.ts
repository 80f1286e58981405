/** Exit codes of every command. @see docs/exit-codes.md */
export const exitCodes = {
  ok: 0,
  verdictFail: 1,
  usage: 2,
  input: 3,
  environment: 4,
  verdictIncomplete: 5,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** When several hold at once, the first of this list is the exit code of the run. */
const precedence: readonly ExitCode[] = [130, 70, 2, 4, 1, 3, 5, 0];

/** The exit code that speaks for several outcomes of one run; 0 when there are none. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((code) => codes.includes(code)) ?? exitCodes.ok;
}
