import { posix } from 'node:path';
import type { Place } from '../lint/deployed-package.ts';
import type { ComponentInput } from '../zarf/component-inputs.ts';
import type { ChartEntry, PackageDefinition } from '../zarf/definition.ts';
import { chartAddress, isGitChart, isRemote, remotePath } from '../zarf/remote-inputs.ts';
import type { DefinitionFlaw } from './load-definition.ts';

/** Content that stands in for a source of the definition. */
export interface Payload {
  /** As the definition spells it, relative to the package folder. */
  readonly source: string;
  /** Where it really lies, for the workspace. */
  readonly path: string;
  /** What the paths of its files begin with elsewhere, where that is not `path`. */
  readonly name?: string;
  /** Where it was fetched from. */
  readonly origin?: { readonly uri: string; readonly commit?: string };
}

/** A definition ready to be built: templates filled, imports merged, filtered; and what it needs. */
export interface ResolvedPackage {
  readonly definition: PackageDefinition;
  readonly definitionPath: string;
  /** Folder every local path of the definition is relative to. */
  readonly folder: string;
  readonly architecture: string;
  readonly zarfFlavor?: string;
  readonly registryOverrides?: Readonly<Record<string, string>>;
  /** References as authored, each once, in the order of the components. */
  readonly images: readonly string[];
  /** Actions that Zarf would run at create. Those without `replacedBy` have to be run before packing. */
  readonly onCreateActions: readonly OnCreateAction[];
  /** Files and folders that go in, for the workspace, sorted. */
  readonly localInputs: readonly LocalInput[];
  readonly payloads: readonly Payload[];
  /** The definition and those it imports, each once. */
  readonly definitionFiles: readonly string[];
  /** What keeps it from being built, where that was to be told and not refused. */
  readonly flaws?: readonly DefinitionFlaw[];
  /** Where a JSON pointer of `definition` was written: in its own file, or in one it imports. */
  at(pointer: string): Place;
}

export interface OnCreateAction {
  readonly component: string;
  readonly stage: 'before' | 'after' | 'onSuccess' | 'onFailure';
  readonly command: string;
  readonly description?: string;
  /** Source of the payload that stands in for it. */
  readonly replacedBy?: string;
}

export interface LocalInput {
  readonly path: string;
  readonly kind: ComponentInput['kind'] | 'documentation' | 'schema' | 'package-values';
}

/** Where the content of a source lies for the workspace: in a payload, below the package folder, or fetched. */
export function inputPath(
  resolved: Pick<ResolvedPackage, 'folder' | 'payloads'>,
  source: string,
): string {
  const payload = payloadFor(source, resolved.payloads);
  if (payload !== undefined) return payload.path;
  return isRemote(source) ? remotePath(source) : posix.join(resolved.folder, source);
}

/** Where a chart lies for the workspace: a folder or a packed one. */
export function chartPath(
  resolved: Pick<ResolvedPackage, 'folder' | 'payloads'>,
  chart: ChartEntry,
): string {
  const { url = '', localPath = '', gitPath = '' } = chart;
  if (localPath !== '') return inputPath(resolved, localPath);
  const fetched = remotePath(chartAddress(chart));
  return isGitChart(url) ? posix.join(fetched, gitPath) : fetched;
}

/** The payload that stands in for a source, if one does. */
export function payloadFor(source: string, payloads: readonly Payload[]): Payload | undefined {
  return payloads.find((payload) => posix.join(payload.source, '.') === posix.join(source, '.'));
}
