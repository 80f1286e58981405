/**
 * The number of a part of a split archive, by its file name (`….part000` describes the others);
 * undefined for any other name. Parts have to be joined before they can be judged.
 * @see shared reference of the Zarf package format, 1.4
 */
export function splitPartNumber(fileName: string): number | undefined {
  const digits = /\.part(\d{3,})$/.exec(fileName)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
