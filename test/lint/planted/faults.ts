import { definitionFaults } from './faults/definitions.ts';
import { pastFailures } from './faults/past-failures.ts';
import { referenceFaults } from './faults/references.ts';
import { releaseFaults } from './faults/release.ts';
import { securityFaults } from './faults/security.ts';
import { targetFaults } from './faults/target.ts';
import { variableFaults } from './faults/variables.ts';
import { workloadFaults } from './faults/workloads.ts';
import type { PlantedFault } from './planted-fault.ts';

/** In the order of past failures, then by area. */
export const faults: readonly PlantedFault[] = [
  ...pastFailures,
  ...definitionFaults,
  ...referenceFaults,
  ...releaseFaults,
  ...securityFaults,
  ...targetFaults,
  ...variableFaults,
  ...workloadFaults,
];
