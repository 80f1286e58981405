import { type AcceptedItem, type AcceptedRecord, keyOf } from './accepted-record.ts';
import type { TrustPolicy } from './trust-policy.ts';
import type { TrustCode, TrustResult, TrustSubject } from './trust-result.ts';
import { compareVersions, parseVersion } from './version-range.ts';

/** Compares what is here with what was accepted last: nothing may be older. */
export function rollbackResults(
  item: AcceptedItem,
  record: AcceptedRecord | undefined,
  subject: TrustSubject,
): readonly TrustResult[] {
  const topic = 'rollback';
  if (record === undefined)
    return [
      { topic, subject, outcome: 'not-applicable', message: 'nothing says what was accepted last' },
    ];
  const last = record.items.find((each) => keyOf(each) === keyOf(item));
  if (last === undefined)
    return [
      { topic, subject, outcome: 'pass', message: `nothing of ${item.name} was accepted before` },
    ];
  const problems = rollbackProblems(item, last);
  if (problems.length === 0) {
    const number = last.counter === undefined ? '' : `, number ${last.counter}`;
    return [
      {
        topic,
        subject,
        outcome: 'pass',
        message: `not older than what was accepted last: ${last.version}${number}`,
      },
    ];
  }
  return problems.map(({ outcome, code, message }) => ({ topic, subject, outcome, code, message }));
}

interface Problem {
  readonly outcome: 'fail' | 'undecided';
  readonly code: TrustCode;
  readonly message: string;
}

function rollbackProblems(item: AcceptedItem, last: AcceptedItem): readonly Problem[] {
  if (item.digest === last.digest) return [];
  const problems: Problem[] = [];
  const fail = (code: TrustCode, message: string): void => {
    problems.push({ outcome: 'fail', code, message });
  };
  if (item.counter !== undefined && last.counter !== undefined) {
    if (item.counter < last.counter)
      fail(
        'TRUST_ROLLBACK_COUNTER',
        `it has number ${item.counter}, accepted last was number ${last.counter}`,
      );
    else if (item.counter === last.counter)
      fail(
        'TRUST_ROLLBACK_TWIN',
        `number ${item.counter} was accepted before with the statement ${last.digest}, this one is ${item.digest}`,
      );
  }
  const [version, lastVersion] = [parseVersion(item.version), parseVersion(last.version)];
  const order =
    item.version === last.version
      ? 0
      : version === undefined || lastVersion === undefined
        ? undefined
        : compareVersions(version, lastVersion);
  if (order === undefined)
    problems.push({
      outcome: 'undecided',
      code: 'TRUST_ROLLBACK_UNKNOWN',
      message: `the versions '${item.version}' and '${last.version}' (accepted last) cannot be compared`,
    });
  else if (order < 0)
    fail(
      'TRUST_ROLLBACK_VERSION',
      `it has version ${item.version}, accepted last was ${last.version}`,
    );
  if (
    item.time !== undefined &&
    last.time !== undefined &&
    Date.parse(item.time) < Date.parse(last.time)
  )
    fail('TRUST_ROLLBACK_TIME', `it is of ${item.time}, accepted last was one of ${last.time}`);
  else if (
    order === 0 &&
    item.counter === undefined &&
    (item.time === last.time || item.time === undefined || last.time === undefined)
  )
    fail(
      'TRUST_ROLLBACK_TWIN',
      `version ${item.version} was accepted before with the content ${last.digest}, this one has ${item.digest}, and nothing says which is newer`,
    );
  return problems;
}

/** Compares the policy in force with the one something was accepted under. */
export function policyRollback(
  policy: TrustPolicy,
  record: AcceptedRecord | undefined,
  subject: TrustSubject,
): TrustResult | undefined {
  const last = record?.policy;
  if (last === undefined) return undefined;
  const { origin, version } = policy;
  const common = { topic: 'policy', subject, outcome: 'fail' } as const;
  if (origin === undefined || version < last.version) {
    const now = origin === undefined ? 'only a key was given' : `this one has version ${version}`;
    return {
      ...common,
      code: 'TRUST_POLICY_OLDER',
      message: `something was accepted under version ${last.version} of the trust policy, and ${now}`,
    };
  }
  if (version === last.version && origin.digest !== last.digest)
    return {
      ...common,
      code: 'TRUST_POLICY_ALTERED',
      message: `version ${version} of the trust policy was ${last.digest} when something was accepted, and is ${origin.digest} now`,
    };
  return undefined;
}

/** The record after these were accepted. Nothing in it ever becomes older. */
export function acceptItems(
  record: AcceptedRecord | undefined,
  accepted: {
    readonly policy: TrustPolicy;
    readonly items: readonly AcceptedItem[];
    readonly times: readonly string[];
  },
): AcceptedRecord {
  const { origin, version } = accepted.policy;
  const items = new Map(
    [...(record?.items ?? []), ...accepted.items].map((item) => [keyOf(item), item]),
  );
  const times = [
    ...accepted.times,
    ...(record?.latestTime === undefined ? [] : [record.latestTime]),
  ].map((time) => new Date(time).toISOString());
  return {
    policy: origin === undefined ? record?.policy : { version, digest: origin.digest },
    latestTime: times.sort().at(-1),
    items: [...items.values()],
  };
}
