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
  readonly imports?: readonly {
    readonly name: string;
    readonly package: string;
    readonly description?: string;
  }[];
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
  /** Of the next format: what `bundle` has no members for. */
  readonly next?: NextBundle;
  /** A version of the definition's language that we do not know; `bundle` is then absent. */
  readonly unknownApiVersion?: string;
  readonly problems: readonly DocumentProblem[];
  locate(pointer: string): { readonly line: number; readonly column: number };
}

/** `bundle.uds.hcl`, computed. @see shared reference of the UDS bundle format, 1.4 */
export interface NextBundle {
  readonly apiVersion: string;
  readonly metadata: {
    readonly name: string;
    readonly description?: string;
    readonly version?: string;
  };
  readonly packages: readonly NextPackage[];
}

export interface NextPackage {
  readonly name: string;
  readonly source: string;
  readonly namespace?: string;
  /** Names of packages that are deployed before. */
  readonly dependsOn: readonly string[];
  /** As written; in the archive they are numbered. */
  readonly valuesFiles: readonly string[];
  /** With `-` in front: left out. Globs are allowed. */
  readonly optionalComponents: readonly string[];
  /** Undefined without the block. */
  readonly verification:
    | {
        readonly verify: boolean;
        readonly publicKey?: string;
        readonly keyless?: Readonly<Record<string, unknown>>;
      }
    | undefined;
}

/** `tag@sha256:…` taken apart; undefined members where absent. */
export interface PackageRef {
  readonly tag: string;
  readonly digest?: Digest;
}
