import { type BlobStore, heldContent } from '../ports/blob-store.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { Run } from '../support/run.ts';
import type { ComponentEntry } from '../zarf/component-tar.ts';
import type { ManifestEntry } from '../zarf/definition.ts';
import { PackError, PackUsageError } from '../zarf/pack-error.ts';
import { inputPath, type ResolvedPackage } from './resolved-package.ts';

/**
 * Before anything is done: who has kustomizations names a kustomize.
 * @throws PackUsageError PACK_KUSTOMIZE_MISSING
 */
export function requireKustomizer(
  packages: readonly { readonly resolved: ResolvedPackage }[],
  kustomizer: Kustomizer | undefined,
): void {
  if (kustomizer !== undefined) return;
  const found = packages.flatMap(({ resolved }) =>
    resolved.definition.components.flatMap((component, index) =>
      (component.manifests ?? []).flatMap(({ name, kustomizations = [] }, at) => {
        if (kustomizations.length === 0) return [];
        const pointer = `/components/${index}/manifests/${at}/kustomizations`;
        const { file, line, column } = resolved.at(pointer);
        return [`${file}:${line}:${column} component '${component.name}', manifest '${name}'`];
      }),
    ),
  );
  if (found.length === 0) return;
  throw missing(`kustomizations are built by kustomize, and none was named:\n${found.join('\n')}`);
}

/**
 * Builds the kustomizations of a manifest, as Zarf does when it creates a package.
 * @throws PackError PACK_KUSTOMIZATION; PackUsageError PACK_KUSTOMIZE_MISSING; RendererError
 * @see shared reference of the Zarf package format, 2.4
 */
export async function packKustomizations(
  { name, kustomizations = [], kustomizeAllowAnyDirectory = false }: ManifestEntry,
  resolved: ResolvedPackage,
  { kustomizer, blobs }: { readonly kustomizer?: Kustomizer; readonly blobs: BlobStore },
  run: Run,
): Promise<readonly ComponentEntry[]> {
  const entries: ComponentEntry[] = [];
  for (const [index, folder] of kustomizations.entries()) {
    if (kustomizer === undefined) throw missing(`${folder} is built by kustomize`);
    const path = inputPath(resolved, folder);
    const built = await kustomizer.build(path, { anyFolder: kustomizeAllowAnyDirectory }, run);
    if ('refused' in built)
      throw new PackError('PACK_KUSTOMIZATION', `the kustomization ${path}: ${built.refused}`, {
        suggestions: [
          built.elsewhere === true
            ? 'Keep what it is made of in your repository: nothing that no lock names is fetched'
            : `Run it by hand: kustomize build ${path}`,
        ],
      });
    const { digest, size } = await blobs.put(
      heldContent(Buffer.from(built.text)).open(run),
      {},
      run,
    );
    entries.push({
      path: `manifests/kustomization-${name}-${index}.yaml`,
      type: 'file',
      mode: 0o600,
      size,
      open: (within) => blobs.open(digest, within),
      origin: { path: digest, stamp: digest },
    });
  }
  return entries;
}

function missing(message: string): PackUsageError {
  return new PackUsageError('PACK_KUSTOMIZE_MISSING', message, {
    suggestions: [
      'Name it: --kustomize <file>, or COWA_KUSTOMIZE',
      'Or render it with `kustomize build` and name the result under files',
    ],
  });
}
