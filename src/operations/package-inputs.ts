import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { LockedFile, LockedInput } from '../config/lock.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import type { Component } from '../zarf/definition.ts';
import { parseGitAddress } from '../zarf/git-address.ts';
import { chartAddress } from '../zarf/remote-inputs.ts';
import { collectTree, followLinks } from './collect-tree.ts';
import { packChart } from './pack-chart.ts';
import type { RecordedReads } from './record-reads.ts';
import {
  chartPath,
  inputPath,
  type LocalInput,
  payloadFor,
  type ResolvedPackage,
} from './resolved-package.ts';

/** A file of the user that went into a package. */
export interface PackageInput {
  readonly kind: LocalInput['kind'] | 'definition' | 'payload' | 'repository';
  /** For the workspace; of what was fetched its address. */
  readonly path: string;
  readonly digest: Digest;
  /** Where it was fetched from, and which commit that was. */
  readonly origin?: { readonly uri: string; readonly commit?: string };
  /** Where it lies now: in this component … */
  readonly component?: string;
  /** … at this path below its folder. */
  readonly as?: string;
}

type FetchedPlace = Pick<PackageInput, 'path' | 'digest' | 'origin'>;

interface Ports {
  readonly workspace: Workspace;
  readonly blobs: BlobStore;
  readonly reads: RecordedReads;
  /** What was fetched, by address. */
  readonly fetched: ReadonlyMap<string, LockedInput>;
}

/**
 * Every local file that a package was just made from, by the digest it was read with. A chart is one input: the
 * packed chart.
 * @param payloads as they were compared with the release definition
 */
export async function packageInputs(
  resolved: ResolvedPackage,
  payloads: readonly LockedFile[],
  ports: Ports,
  run: Run,
): Promise<readonly PackageInput[]> {
  const found: PackageInput[] = [];
  for (const path of resolved.definitionFiles)
    found.push({ kind: 'definition', path, digest: await digestAt(path, ports, run) });
  for (const component of resolved.definition.components)
    found.push(...(await componentInputs(component, resolved, payloads, ports, run)));
  for (const { path, kind } of resolved.localInputs)
    if (kind === 'documentation' || kind === 'schema' || kind === 'package-values')
      found.push({ kind, path, digest: await digestAt(path, ports, run) });
  return found;
}

async function componentInputs(
  component: Component,
  resolved: ResolvedPackage,
  payloads: readonly LockedFile[],
  ports: Ports,
  run: Run,
): Promise<readonly PackageInput[]> {
  const found: PackageInput[] = [];
  const place = { component: component.name };
  const take = async (kind: PackageInput['kind'], source: string, as: string): Promise<void> => {
    for (const file of await filesOf(source, resolved, payloads, ports, run)) {
      const { below, ...input } = file;
      found.push({ kind, ...place, ...input, as: below === '' ? as : `${as}/${below}` });
    }
  };
  for (const chart of component.charts ?? []) {
    const name = chart.version ? `${chart.name}-${chart.version}` : chart.name;
    const as = `charts/${name}.tgz`;
    const fetched = ports.fetched.get(chartAddress(chart));
    if (fetched === undefined) {
      const path = chartPath(resolved, chart);
      const { digest } = await packChart(path, ports, run);
      found.push({ kind: 'chart', path, digest, ...place, as });
    } else found.push({ kind: 'chart', ...fetchedInput(fetched), ...place, as });
    const values = [...(chart.valuesFiles ?? []), ...(chart.templatedValuesFiles ?? [])];
    for (const [index, source] of values.entries())
      await take('values', source, `values/${name}-${index}`);
  }
  for (const manifest of component.manifests ?? [])
    for (const [index, source] of (manifest.files ?? []).entries())
      await take('manifest', source, `manifests/${manifest.name}-${index}.yaml`);
  for (const manifest of component.manifests ?? [])
    for (const [index, folder] of (manifest.kustomizations ?? []).entries()) {
      const as = `manifests/kustomization-${manifest.name}-${index}.yaml`;
      const root = inputPath(resolved, folder);
      // The program reads them itself; what it reads outside of the folder is not seen.
      for (const { origin } of await collectTree(root, { as }, ports.workspace, run))
        if (origin !== undefined) {
          const digest = await digestAt(origin.path, ports, run);
          found.push({ kind: 'kustomization', path: origin.path, digest, ...place, as });
        }
    }
  // What was taken out of an archive is no file by itself: the archive is what went in.
  for (const [index, { source, target, extractPath }] of (component.files ?? []).entries())
    await take(
      'file',
      source,
      posix.join(`files/${index}`, extractPath ? '' : posix.basename(target)),
    );
  for (const [index, { source, target }] of (component.dataInjections ?? []).entries())
    await take('data', source, `data/${index}/${posix.basename(target.path)}`);
  for (const source of component.repos ?? [])
    await take('repository', source, `repos/${parseGitAddress(source)?.folder ?? ''}`);
  return found;
}

/** One file, or all below a folder; of a payload those that were compared with the definition. */
async function filesOf(
  source: string,
  resolved: ResolvedPackage,
  payloads: readonly LockedFile[],
  ports: Ports,
  run: Run,
): Promise<
  readonly (FetchedPlace & {
    readonly below: string;
    readonly kind?: 'payload';
  })[]
> {
  const fetched = ports.fetched.get(source);
  if (fetched !== undefined) return [{ ...fetchedInput(fetched), below: '' }];
  const path = posix.normalize(inputPath(resolved, source)).replace(/(?<=.)\/$/, '');
  const payload = payloadFor(source, resolved.payloads);
  if (payload !== undefined) {
    const { name = path, origin } = payload;
    return payloads
      .filter((file) => file.path === name || file.path.startsWith(`${name}/`))
      .map((file) => ({
        kind: 'payload',
        path: file.path,
        digest: digestFromHex(file.sha256),
        below: file.path.slice(name.length + 1),
        ...(origin === undefined ? {} : { origin }),
      }));
  }
  const { path: real, stat } = await followLinks(path, ports.workspace);
  if (stat.kind === 'file') return [{ path, digest: await digestAt(real, ports, run), below: '' }];
  const files: { path: string; digest: Digest; below: string }[] = [];
  for (const file of ports.reads.filesAt(real)) {
    const at = file.slice(real === '.' ? 0 : real.length + 1);
    files.push({ path: posix.join(path, at), digest: await digestAt(file, ports, run), below: at });
  }
  return files;
}

function fetchedInput({ address, sha256, commit }: LockedInput): FetchedPlace {
  const origin = { uri: address, ...(commit === undefined ? {} : { commit }) };
  return { path: address, digest: digestFromHex(sha256), origin };
}

/** As it was read; where nobody read it to its end, as it lies there. */
async function digestAt(path: string, { workspace, reads }: Ports, run: Run): Promise<Digest> {
  const known = reads.digestOf(path);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for await (const chunk of workspace.open(path, run)) hash.update(chunk);
  return digestFromHex(hash.digest('hex'));
}
