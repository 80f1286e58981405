declare module 'spdx-expression-parse' {
  /** One licence, or two expressions that are joined. */
  type Expression =
    | { readonly license: string; readonly plus?: boolean; readonly exception?: string }
    | {
        readonly left: Expression;
        readonly conjunction: 'and' | 'or';
        readonly right: Expression;
      };
  /** Throws where the text is no valid expression. */
  function parse(text: string): Expression;
  export = parse;
}

declare module 'spdx-license-ids' {
  const ids: readonly string[];
  export = ids;
}
