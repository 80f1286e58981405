import type { ReportedLevel, ReportedTrust } from './verify-report.ts';

/** Levels that are told one by one; more are summed up. */
const maxTold = 24;

/** Whom a judgement trusted, as label and value. */
export function whomTrusted({
  key,
  trustPolicy,
  since,
}: ReportedTrust): readonly (readonly [label: string, value: string])[] {
  const whom =
    trustPolicy === undefined
      ? (['key', key === undefined ? 'none given' : `${key.origin} (${key.fingerprint})`] as const)
      : ([
          'trust',
          `${trustPolicy.location}, version ${trustPolicy.version} (${trustPolicy.digest})`,
        ] as const);
  return since === undefined
    ? [whom]
    : [whom, ['since', `${since.location} (${since.digest})`] as const];
}

/** Each level with what is believed of it, what that covers, and by whom; nothing for a package alone without images. */
export function levelWords(levels: readonly ReportedLevel[] = []): readonly string[] {
  if (levels.length < 2) return [];
  const told = levels.slice(0, maxTold).map((level) => {
    const { kind, name, version, within, state, reason, signers, covers } = level;
    const what = [kind, name, ...(kind === 'image' || version === undefined ? [] : [version])];
    const place = within === undefined ? '' : ` in ${within}`;
    const by = [...new Set(signers.map(({ signer }) => signer))].join(', ');
    const why =
      state === 'accepted'
        ? `accepted, signed by ${by}, covering ${covers}`
        : state === 'covered'
          ? `covered by ${covers}`
          : `${state}, ${reason}`;
    return `${what.join(' ')}${place}: ${why}`;
  });
  const left = levels.length - told.length;
  return left === 0 ? told : [...told, `${left} more: --output json lists them`];
}
