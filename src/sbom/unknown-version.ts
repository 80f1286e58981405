/** What stands in documents for a version that nobody gave: matchers take an empty one for any version there is. */
const unknownVersion = 'UNKNOWN';

/** A version as documents write it. */
export function writtenVersion(version: string): string {
  return version === '' ? unknownVersion : version;
}

/** A version as documents of any maker mean it; `''` where nobody gave one. */
export function meantVersion(written: string): string {
  return written.toUpperCase() === unknownVersion ? '' : written;
}
