import type { DocumentProblem } from '../support/document-problem.ts';

/** `zarf.yaml` in the terms of v1alpha1; v1beta1 documents are converted. Members we do not use stay in `raw`. @see Zarf v0.84 api/v1alpha1 */
export interface PackageDefinition {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: PackageMetadata;
  readonly build?: BuildData;
  readonly components: readonly Component[];
  readonly constants?: readonly Constant[];
  readonly variables?: readonly Variable[];
  readonly values?: { readonly files?: readonly string[]; readonly schema?: string };
  readonly documentation?: Readonly<Record<string, string>>;
}

export interface PackageMetadata {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly url?: string;
  readonly image?: string;
  readonly uncompressed?: boolean;
  readonly architecture?: string;
  readonly yolo?: boolean;
  readonly authors?: string;
  readonly documentation?: string;
  readonly source?: string;
  readonly vendor?: string;
  readonly aggregateChecksum?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly allowNamespaceOverride?: boolean;
}

export interface BuildData {
  readonly terminal?: string;
  readonly user?: string;
  readonly architecture?: string;
  readonly timestamp?: string;
  readonly version?: string;
  readonly migrations?: readonly string[];
  readonly registryOverrides?: Readonly<Record<string, string>>;
  readonly differential?: boolean;
  readonly differentialPackageVersion?: string;
  readonly flavor?: string;
  readonly signed?: boolean;
  readonly versionRequirements?: readonly { readonly version: string; readonly reason?: string }[];
  readonly provenanceFiles?: readonly string[];
}

export interface Constant {
  readonly name: string;
  readonly value: string;
  readonly description?: string;
  readonly autoIndent?: boolean;
  readonly pattern?: string;
}

export interface Variable {
  readonly name: string;
  readonly sensitive?: boolean;
  readonly autoIndent?: boolean;
  readonly pattern?: string;
  readonly type?: 'raw' | 'file';
  readonly description?: string;
  readonly default?: string;
  readonly prompt?: boolean;
}

export interface Component {
  readonly name: string;
  readonly description?: string;
  readonly default?: boolean;
  readonly required?: boolean;
  readonly only?: {
    readonly localOS?: string;
    readonly cluster?: { readonly architecture?: string; readonly distros?: readonly string[] };
    readonly flavor?: string;
  };
  readonly group?: string;
  readonly import?: { readonly name?: string; readonly path?: string; readonly url?: string };
  readonly manifests?: readonly ManifestEntry[];
  readonly charts?: readonly ChartEntry[];
  readonly dataInjections?: readonly DataInjection[];
  readonly files?: readonly FileEntry[];
  readonly images?: readonly string[];
  readonly imageArchives?: readonly { readonly path: string; readonly images: readonly string[] }[];
  readonly repos?: readonly string[];
  readonly scripts?: unknown;
  readonly actions?: ComponentActions;
  readonly healthChecks?: readonly Readonly<Record<string, unknown>>[];
  readonly stateAccess?: readonly string[];
}

export interface ManifestEntry {
  readonly name: string;
  readonly namespace?: string;
  readonly files?: readonly string[];
  readonly kustomizeAllowAnyDirectory?: boolean;
  readonly kustomizations?: readonly string[];
  readonly enableKustomizePlugins?: boolean;
  readonly noWait?: boolean;
  readonly serverSideApply?: string;
  readonly template?: boolean;
}

export interface ChartEntry {
  readonly name: string;
  readonly version?: string;
  readonly url?: string;
  readonly repoName?: string;
  readonly gitPath?: string;
  readonly localPath?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  readonly noWait?: boolean;
  readonly valuesFiles?: readonly string[];
  readonly templatedValuesFiles?: readonly string[];
  readonly variables?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly path: string;
  }[];
  readonly values?: readonly {
    readonly sourcePath: string;
    readonly targetPath: string;
    readonly excludePaths?: readonly string[];
  }[];
  readonly schemaValidation?: boolean;
  readonly serverSideApply?: string;
}

export interface DataInjection {
  readonly source: string;
  readonly target: {
    readonly namespace: string;
    readonly selector: string;
    readonly container: string;
    readonly path: string;
  };
  readonly compress?: boolean;
}

export interface FileEntry {
  readonly source: string;
  readonly shasum?: string;
  readonly target: string;
  readonly executable?: boolean;
  readonly symlinks?: readonly string[];
  readonly extractPath?: string;
  readonly template?: boolean;
}

export interface ActionSet {
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly before?: readonly Action[];
  readonly after?: readonly Action[];
  readonly onSuccess?: readonly Action[];
  readonly onFailure?: readonly Action[];
}

export type Action = Readonly<Record<string, unknown>> & {
  readonly cmd?: string;
  readonly description?: string;
};

export interface ComponentActions {
  readonly onCreate?: ActionSet;
  readonly onDeploy?: ActionSet;
  readonly onRemove?: ActionSet;
}

/** A parsed `zarf.yaml`: what Zarf would believe, and everything wrong with it. */
export interface ParsedPackageDefinition {
  /** From the document with the highest known apiVersion; undefined when nothing usable was found. */
  readonly definition?: PackageDefinition;
  /** apiVersion of each document, `''` where absent, in file order. */
  readonly apiVersions: readonly string[];
  /** The converted v1alpha1 view of every known document, in file order. */
  readonly documents: readonly PackageDefinition[];
  /** A newer apiVersion than we know, when the best document is of one. */
  readonly unknownApiVersion?: string;
  readonly problems: readonly DocumentProblem[];
  /** 1-based place of a JSON pointer in the chosen document. */
  locate(pointer: string): { readonly line: number; readonly column: number };
}
