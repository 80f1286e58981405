import { type LimitFlagValues, limitsFromFlags } from './limits-from-flags.ts';
import type { ReportRunRequest } from './report-run.ts';
import { type KeyOpeningFlags, toSigningKey } from './signing-key.ts';
import type { TrustFlagValues } from './trust-flags.ts';
import { trustChoiceOf } from './trust-from-flags.ts';

/** The flags of `report` as oclif names them. */
interface ReportFlagValues extends TrustFlagValues, KeyOpeningFlags, LimitFlagValues {
  readonly out: string;
  readonly key?: string | undefined;
  readonly policy?: string | undefined;
  readonly 'sign-key'?: string | undefined;
  readonly for?: string | undefined;
  readonly 'prepared-by'?: string | undefined;
  readonly marking?: string | undefined;
  readonly scan?: readonly string[] | undefined;
  readonly previous?: string | undefined;
  readonly history?: string | undefined;
  readonly 'insecure-allow-unsigned': boolean;
}

/** What `report` was asked for. An empty variable counts as none. */
export function reportRequestOf(
  locations: readonly string[],
  flags: ReportFlagValues,
  programVersion: string,
  now: Date,
): ReportRunRequest {
  const { key, policy, out, previous, history, marking, scan = [] } = flags;
  const signKey = flags['sign-key'] || undefined;
  const inputs = [
    ...[key, policy, signKey, previous, history],
    ...[flags['trust-policy'], flags.since, flags.accept],
    ...scan,
  ].filter((each) => each !== undefined);
  return {
    locations,
    out,
    said: {
      command: 'report',
      ...(flags.for === undefined ? {} : { audience: flags.for }),
      ...(flags['prepared-by'] === undefined ? {} : { preparedBy: flags['prepared-by'] }),
      ...(marking === undefined ? {} : { marking }),
    },
    date: now,
    scans: scan,
    ...(previous === undefined ? {} : { previous }),
    ...(history === undefined ? {} : { history }),
    ...(signKey === undefined ? {} : { signKey: toSigningKey(signKey, flags) }),
    ...(key === undefined ? {} : { key }),
    ...(policy === undefined ? {} : { policy }),
    trust: trustChoiceOf(flags),
    allowUnsigned: flags['insecure-allow-unsigned'],
    judging: { clock: now, limits: limitsFromFlags(flags) },
    inputs,
    programVersion,
  };
}
