import { Flags } from '@oclif/core';

/** What turns charts and kustomizations into objects. Neither program is ever looked for. */
export const rendererFlags = {
  renderer: Flags.option({
    options: ['embedded', 'helm'] as const,
    summary: 'What renders charts: this program itself (default), or a helm named by --helm',
  })(),
  helm: Flags.string({
    summary: 'Path of helm, for --renderer helm; none is looked for',
    env: 'COWA_HELM',
    helpValue: '<file>',
  }),
  kustomize: Flags.string({
    summary: 'Path of kustomize, to build kustomizations; none is looked for',
    env: 'COWA_KUSTOMIZE',
    helpValue: '<file>',
  }),
};
