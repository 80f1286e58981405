import type { CheckId, Outcome, Severity } from '../checks/check.ts';
import type { ExitCode } from '../errors/exit-codes.ts';

/** One thing the doctor looked at, or could not. */
export interface Examined {
  /** `disk/cache`: stable, for scripts. */
  readonly id: CheckId;
  readonly outcome: Outcome;
  /** Of a failure: an `error` keeps commands from working, a `warning` may. Of an undecided one: whether it was needed. */
  readonly severity: Severity;
  /** What was found, with figures. */
  readonly message: string;
  /** The next step; only where something is to be done. */
  readonly fix?: string;
}

/** What `doctor --output json` prints. */
export interface DoctorReport {
  readonly schema: 'cowa-release/doctor/v1';
  /** `incomplete`: nothing failed, but something that is needed could not be looked at. */
  readonly outcome: 'pass' | 'fail' | 'incomplete';
  /** The release definition the machine was examined for; null: for no release in particular. */
  readonly definition: string | null;
  readonly examined: readonly Examined[];
  readonly exitCode: ExitCode;
}

/** The sum: one error fails it, one needed thing that was not looked at keeps it from passing. */
export function toDoctorReport(
  examined: readonly Examined[],
  definition: string | undefined,
): DoctorReport {
  const failed = examined.some(
    ({ outcome, severity }) => outcome === 'fail' && severity === 'error',
  );
  const unseen = examined.some(
    ({ outcome, severity }) => outcome === 'undecided' && severity !== 'note',
  );
  return {
    schema: 'cowa-release/doctor/v1',
    outcome: failed ? 'fail' : unseen ? 'incomplete' : 'pass',
    definition: definition ?? null,
    examined,
    exitCode: failed ? 1 : unseen ? 5 : 0,
  };
}

/** Something that is as it should be. */
export function sound(id: CheckId, message: string): Examined {
  return { id, outcome: 'pass', severity: 'note', message };
}

/** Something nobody asked for here. */
export function unneeded(id: CheckId, message: string, fix?: string): Examined {
  return {
    id,
    outcome: 'not-applicable',
    severity: 'note',
    message,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Something that is not as it should be. */
export function wrong(
  id: CheckId,
  severity: 'error' | 'warning',
  message: string,
  fix: string,
): Examined {
  return { id, outcome: 'fail', severity, message, fix };
}

/** Something that could not be looked at; a `note` where nothing depends on it. */
export function unseen(
  id: CheckId,
  severity: 'error' | 'note',
  message: string,
  fix: string,
): Examined {
  return { id, outcome: 'undecided', severity, message, fix };
}
