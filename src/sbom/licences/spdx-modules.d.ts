declare module 'spdx-expression-parse' {
  /** Throws where the text is no valid expression. */
  function parse(text: string): unknown;
  export = parse;
}

declare module 'spdx-license-ids' {
  const ids: readonly string[];
  export = ids;
}
