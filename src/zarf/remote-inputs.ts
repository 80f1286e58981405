import { createHash } from 'node:crypto';
import type { ChartEntry, Component, FileEntry } from './definition.ts';

/** Something a component names by an address: it is fetched, not read from disk. */
export interface RemoteInput {
  readonly kind: 'file' | 'manifest' | 'values' | 'data' | 'chart' | 'repository';
  /** What lock files call it: equal for equal content asked for. */
  readonly address: string;
  /** JSON pointer below the component. */
  readonly pointer: string;
  /** What the definition promises of the bytes that are fetched, in lower-case hex. */
  readonly sha256?: string;
}

const remote = /^[a-z][a-z0-9+.-]*:\/\//i;

/** True for a source that is fetched, not read from disk. */
export function isRemote(source: string): boolean {
  return remote.test(source);
}

/** Everything a component names by an address, in the order of its fields. */
export function remoteInputs(component: Component): readonly RemoteInput[] {
  const found: RemoteInput[] = [];
  const add = (kind: RemoteInput['kind'], pointer: string, address: string, sha256 = ''): void => {
    if (isRemote(address))
      found.push({ kind, address, pointer, ...(sha256 === '' ? {} : { sha256 }) });
  };
  component.manifests?.forEach((manifest, at) => {
    for (const [index, path] of (manifest.files ?? []).entries())
      add('manifest', `/manifests/${at}/files/${index}`, path);
  });
  component.charts?.forEach((chart, at) => {
    const kind = isGitChart(chart.url ?? '') ? 'repository' : 'chart';
    add(kind, `/charts/${at}`, chartAddress(chart));
    for (const list of ['valuesFiles', 'templatedValuesFiles'] as const)
      for (const [index, path] of (chart[list] ?? []).entries())
        add('values', `/charts/${at}/${list}/${index}`, path);
  });
  for (const [at, file] of (component.files ?? []).entries())
    add('file', `/files/${at}/source`, file.source, promisedOf(file));
  for (const [at, data] of (component.dataInjections ?? []).entries())
    add('data', `/dataInjections/${at}/source`, data.source);
  for (const [at, repository] of (component.repos ?? []).entries())
    add('repository', `/repos/${at}`, repository);
  return found;
}

/** Of a file that is taken out of an archive, `shasum` is about what is taken out. */
function promisedOf({ shasum = '', extractPath = '' }: FileEntry): string {
  return extractPath === '' && /^[0-9a-f]{64}$/.test(shasum) ? shasum : '';
}

/** Where a chart comes from, with the version that is asked for; empty for one that lies on disk. */
export function chartAddress(chart: ChartEntry): string {
  const { url = '', version = '', name, repoName, gitPath = '' } = chart;
  if (url === '') return '';
  if (isGitChart(url)) {
    const revision = url.endsWith('.git') && version !== '' ? `@${version}` : '';
    return `${url}${revision}#${gitPath}`;
  }
  if (url.startsWith('oci://'))
    return version === '' || url.includes('@') ? url : `${url}:${version.replaceAll('+', '_')}`;
  return `${url}#${repoName || name}@${version}`;
}

/** Whether a chart is a folder of a Git repository. */
export function isGitChart(url: string): boolean {
  return !url.startsWith('oci://') && /\.git(?:@|$)/.test(url);
}

/** Where fetched content lies for a workspace that holds it: no such path is on a disk. */
export function remotePath(address: string): string {
  return `fetched:${createHash('sha256').update(address).digest('hex')}`;
}
