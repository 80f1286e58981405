import { TrustedRootError } from './attestation-error.ts';
import { type JsonObject, objectAt, stringAt } from './strict-members.ts';

/** Both bounds belong to it; an absent one does not limit. */
export interface ValidityPeriod {
  readonly start?: Date;
  readonly end?: Date;
}

/** Reads `validFor`. @throws TrustedRootError TRUSTED_ROOT_VALIDITY */
export function readValidityPeriod(value: unknown, where: string): ValidityPeriod {
  if (value === undefined) return {};
  const period = objectAt(value, `${where}.validFor`, ['start', 'end']);
  const start = timeAt(period, 'start', where);
  const end = timeAt(period, 'end', where);
  if (start !== undefined && end !== undefined && end < start) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_VALIDITY',
      `${where} of the trusted root ends before it starts`,
    );
  }
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

function timeAt(period: JsonObject, name: string, where: string): Date | undefined {
  if (!Object.hasOwn(period, name)) return undefined;
  const text = stringAt(period, name, `${where}.validFor`);
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z$/.exec(text);
  const iso = `${match?.[1]}.${(match?.[2] ?? '.').slice(1, 4).padEnd(3, '0')}Z`;
  const time = new Date(iso);
  if (match === null || Number.isNaN(time.getTime()) || time.toISOString() !== iso) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_VALIDITY',
      `${where}.validFor.${name} of the trusted root is '${text.slice(0, 40)}', expected a time in UTC`,
    );
  }
  return time;
}
