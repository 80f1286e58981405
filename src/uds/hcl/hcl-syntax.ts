/** Where something stands in an HCL file, 1-based; columns in UTF-16 units. */
export interface HclPlace {
  readonly line: number;
  readonly column: number;
}

/** `name = expression`. */
export interface HclAttribute {
  readonly name: string;
  readonly value: HclExpression;
  readonly place: HclPlace;
}

/** `type "label" … { body }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
  readonly place: HclPlace;
}

export interface HclBody {
  /** In file order, each name once. */
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
}

export type HclBinary =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

/** A parsed expression. @see HCL native syntax specification, Expressions */
export type HclExpression = { readonly place: HclPlace } & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'template'; readonly parts: readonly HclTemplatePart[] }
  | { readonly kind: 'list'; readonly items: readonly HclExpression[] }
  | {
      readonly kind: 'object';
      readonly items: readonly { readonly key: HclExpression; readonly value: HclExpression }[];
    }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'member'; readonly of: HclExpression; readonly name: string }
  | { readonly kind: 'index'; readonly of: HclExpression; readonly key: HclExpression }
  | { readonly kind: 'splat'; readonly of: HclExpression; readonly each: HclExpression }
  /** The element a splat is at. */
  | { readonly kind: 'element' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly HclExpression[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: HclExpression }
  | {
      readonly kind: 'binary';
      readonly operator: HclBinary;
      readonly left: HclExpression;
      readonly right: HclExpression;
    }
  | {
      readonly kind: 'conditional';
      readonly test: HclExpression;
      readonly yes: HclExpression;
      readonly no: HclExpression;
    }
  | {
      readonly kind: 'for';
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly source: HclExpression;
      /** With it the result is an object. */
      readonly key: HclExpression | undefined;
      readonly value: HclExpression;
      readonly test: HclExpression | undefined;
      readonly grouped: boolean;
    }
);

export type HclTemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: HclExpression }
  | {
      readonly kind: 'if';
      readonly test: HclExpression;
      readonly yes: readonly HclTemplatePart[];
      readonly no: readonly HclTemplatePart[];
    }
  | {
      readonly kind: 'for';
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly source: HclExpression;
      readonly body: readonly HclTemplatePart[];
    };

/** HCL that cannot be read or computed. Stays inside `uds/`: callers see document problems. */
export class HclFault extends Error {
  readonly code:
    | 'DOCUMENT_SYNTAX'
    | 'DOCUMENT_DUPLICATE_KEY'
    | 'DOCUMENT_DEPTH'
    | 'DOCUMENT_ALIAS_LIMIT'
    | 'DOCUMENT_RULE';
  readonly place: HclPlace;

  constructor(code: HclFault['code'], place: HclPlace, message: string) {
    super(message);
    this.code = code;
    this.place = place;
  }
}
