import type { Digest } from '../oci/digest.ts';
import type { DocumentProblem } from '../support/document-problem.ts';

/** `uds-bundle.yaml`. @see UDS CLI v0.35, legacy mode */
export interface UdsBundle {
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly description?: string;
    readonly version?: string;
    readonly url?: string;
    readonly architecture?: string;
    readonly authors?: string;
    readonly documentation?: string;
    readonly source?: string;
    readonly vendor?: string;
    readonly uncompressed?: boolean;
    readonly aggregateChecksum?: string;
  };
  readonly build?: {
    readonly terminal?: string;
    readonly user?: string;
    readonly architecture?: string;
    readonly timestamp?: string;
    readonly version?: string;
  };
  readonly packages: readonly UdsPackage[];
}

export interface UdsPackage {
  readonly name: string;
  readonly repository?: string;
  readonly path?: string;
  readonly ref: string;
  readonly description?: string;
  readonly namespace?: string;
  readonly timeout?: string;
  readonly flavor?: string;
  readonly optionalComponents?: readonly string[];
  readonly publicKey?: string;
  readonly keylessVerification?: Readonly<Record<string, unknown>>;
  readonly exports?: readonly { readonly name: string; readonly description?: string }[];
  readonly imports?: readonly { readonly name: string; readonly package: string; readonly description?: string }[];
  /** component -> chart -> override. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, ChartOverride>>>>;
}

export interface ChartOverride {
  readonly values?: readonly { readonly path: string; readonly value: unknown }[];
  readonly variables?: readonly OverrideVariable[];
  readonly valuesFiles?: readonly string[];
  readonly namespace?: string;
}

export interface OverrideVariable {
  readonly name: string;
  readonly path: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly sensitive?: boolean;
  readonly source?: string;
}

/** A bundle definition of either format, reduced to what inspection and the checks need. */
export interface ParsedBundleDefinition {
  readonly format: 'legacy' | 'next';
  readonly bundle?: UdsBundle;
  readonly problems: readonly DocumentProblem[];
  locate(pointer: string): { readonly line: number; readonly column: number };
}

/** `tag@sha256:…` taken apart; undefined members where absent. */
export interface PackageRef {
  readonly tag: string;
  readonly digest?: Digest;
}
