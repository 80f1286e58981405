import type { TemplatePlace } from './template-fault.ts';

/** A template taken apart: what Go's `text/template/parse` calls a tree. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string; readonly place: TemplatePlace }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | {
      readonly kind: 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly kind: 'break' | 'continue' }
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly argument: Pipeline | undefined;
      readonly place: TemplatePlace;
    };

/** `$a, $b := first | second`. */
export interface Pipeline {
  readonly place: TemplatePlace;
  readonly declares: readonly string[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** A function or value with its arguments. */
export interface Command {
  readonly place: TemplatePlace;
  readonly terms: readonly Term[];
}

export type Term =
  | { readonly kind: 'dot' | 'nil' }
  | { readonly kind: 'literal'; readonly value: string | boolean }
  /** `float` tells whether it was written as one. */
  | { readonly kind: 'number'; readonly text: string; readonly value: bigint | number }
  | { readonly kind: 'field'; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'function'; readonly name: string; readonly place: TemplatePlace }
  | { readonly kind: 'chain'; readonly pipeline: Pipeline; readonly names: readonly string[] };

export type Templates = ReadonlyMap<string, readonly TemplateNode[]>;
