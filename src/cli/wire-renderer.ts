import { resolve } from 'node:path';
import { UsageError } from '../errors/families.ts';
import type { ChartRenderer } from '../ports/chart-renderer.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { Run } from '../support/run.ts';

/** What was asked for by flags and variables. */
export interface RendererChoice {
  readonly renderer: 'embedded' | 'helm' | undefined;
  readonly helm: string | undefined;
  readonly kustomize: string | undefined;
}

class RendererChoiceError extends UsageError<'RENDERER_PATH_MISSING'> {}

/**
 * Opens what was named; nothing where nothing was. A helm that is named is used only when it is asked for.
 * @throws RendererChoiceError RENDERER_PATH_MISSING
 * @throws RendererError RENDERER_UNUSABLE, RENDERER_TIMEOUT, RENDERER_OUTPUT
 */
export async function openRenderers(
  { renderer, helm, kustomize }: RendererChoice,
  root: string,
  run: Run,
): Promise<{ readonly renderer?: ChartRenderer; readonly kustomizer?: Kustomizer }> {
  const opened: { renderer?: ChartRenderer; kustomizer?: Kustomizer } = {};
  if (renderer === 'helm') {
    if (helm === undefined)
      throw new RendererChoiceError(
        'RENDERER_PATH_MISSING',
        '--renderer helm needs the path of helm, and none was named',
        { suggestions: ['Give --helm <file> or set COWA_HELM'] },
      );
    const { helmRenderer } = await import('../adapters/helm/helm-renderer.ts');
    opened.renderer = await helmRenderer(helm, run);
  }
  if (kustomize !== undefined) {
    const { namedKustomizer } = await import('../adapters/helm/kustomizer.ts');
    opened.kustomizer = await namedKustomizer(kustomize, resolve(root), run);
  }
  return opened;
}
