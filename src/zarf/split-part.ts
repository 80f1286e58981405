import { InputError } from '../errors/families.ts';

/** A file that is only a part of an archive. */
class SplitPartError extends InputError<'ARCHIVE_SPLIT_PART'> {}

/**
 * The number of a part of a split archive, by its file name (`….part000` describes the others);
 * undefined for any other name. Parts have to be joined before they can be judged.
 * @see shared reference of the Zarf package format, 1.4
 */
export function splitPartNumber(fileName: string): number | undefined {
  const digits = /\.part(\d{3,})$/.exec(fileName)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Refuses a part by its name, before its bytes are taken for a damaged archive.
 * @param fileName undefined on standard input, which has none
 * @throws SplitPartError ARCHIVE_SPLIT_PART
 */
export function refuseSplitPart(fileName: string | undefined): void {
  if (fileName === undefined || splitPartNumber(fileName) === undefined) return;
  const whole = fileName.replace(/\.part\d+$/, '');
  throw new SplitPartError(
    'ARCHIVE_SPLIT_PART',
    `${fileName} is one part of a split archive and cannot be judged alone`,
    {
      suggestions: [
        `Join the parts but the first, which only describes them: ls ${whole}.part* | grep -v part000 | sort | xargs cat > ${whole}`,
      ],
    },
  );
}
