import type { Run } from '../support/run.ts';

/** A kustomize that somebody named by its path. */
export interface Kustomizer {
  readonly identity: {
    readonly name: 'kustomize';
    readonly version: string;
    readonly sha256: string;
  };
  /**
   * Builds a folder of the workspace.
   * @throws EnvironmentError KUSTOMIZE_UNUSABLE
   * @returns the objects as YAML, or why the program refused
   */
  build(
    folder: string,
    options: { readonly anyFolder: boolean },
    run: Run,
  ): Promise<
    | { readonly text: string }
    | {
        readonly refused: string;
        /** Only because it would have to be fetched from elsewhere. */
        readonly elsewhere?: true;
      }
  >;
}
