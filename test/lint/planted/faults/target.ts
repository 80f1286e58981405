import { edit } from '../edit.ts';
import { tursoTemplates, whisper } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

/** What the cluster of the target does not take. */
export const targetFaults: readonly PlantedFault[] = [
  {
    what: 'a version Kubernetes does not serve any more',
    id: 'target/api-versions',
    edits: [
      {
        file: `${whisper}/chart/templates/pdb.yaml`,
        add: 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: whisper\n',
      },
    ],
    at: [`${whisper}/chart/templates/pdb.yaml`, 'apiVersion'],
    says: 'policy/v1beta1',
  },
  {
    what: 'an object goes to a namespace that is not made',
    id: 'target/namespaces',
    edits: [
      edit(
        `${tursoTemplates}/service.yaml`,
        'namespace: {{ .Release.Namespace }}',
        'namespace: database',
      ),
    ],
    at: [`${tursoTemplates}/service.yaml`, 'namespace: database'],
    says: "'database'",
  },
];
