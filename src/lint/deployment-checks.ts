import type { DeploymentCheck } from './deployment-check.ts';
import { imagesCarried } from './images-carried.ts';
import { imagesPinned } from './images-pinned.ts';
import { imagesUsed } from './images-used.ts';
import { payloadContract } from './payload-contract.ts';
import { placeholders } from './placeholders.ts';
import { rendered } from './rendered.ts';

/** In the order in which findings are shown. */
export const deploymentChecks: readonly DeploymentCheck[] = [
  rendered,
  imagesCarried,
  imagesUsed,
  imagesPinned,
  payloadContract,
  placeholders,
];
