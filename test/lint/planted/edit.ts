/** A small edit of a file below `bundles/`; a file that is not there is made. */
export type Edit =
  | { readonly file: string; readonly from: string; readonly to: string }
  | { readonly file: string; readonly add: string };

/** The first place where a file says `from` says `to` instead. */
export const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });
