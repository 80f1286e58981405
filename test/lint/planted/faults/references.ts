import { edit } from '../edit.ts';
import { apiTemplates, llama, tursoTemplates, uiTemplates, vllm } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

/** One object names another one that is not there. */
export const referenceFaults: readonly PlantedFault[] = [
  {
    what: 'an address with another port',
    id: 'references/addresses',
    edits: [edit('packages/cowabunga-ui/zarf.yaml', 'cluster.local:8080', 'cluster.local:8081')],
    at: [`${uiTemplates}/deployment.yaml`, '.Values.settings.apiBaseUrl'],
    says: '8081',
  },
  {
    what: 'a service that was renamed in one place',
    id: 'references/backends',
    edits: [
      edit(
        `${uiTemplates}/uds-package.yaml`,
        'service: {{ include "ui.fullname" . }}',
        'service: ui',
      ),
    ],
    at: [`${uiTemplates}/uds-package.yaml`, 'service: ui'],
    says: "it sends to service 'ui'",
  },
  {
    what: 'a claim nobody makes',
    id: 'references/claims',
    edits: [
      edit(
        `${llama}/chart/templates/deployment.yaml`,
        'claimName: {{ include "backend.fullname" . }}-pvc',
        'claimName: {{ include "backend.fullname" . }}-data',
      ),
    ],
    at: [`${llama}/chart/templates/deployment.yaml`, '-data'],
    says: 'llama-cpp-python-model-data',
  },
  {
    what: 'a storage class the target does not have',
    id: 'references/classes',
    edits: [
      edit('packages/turso/chart/values.yaml', 'storageClass: local-path', 'storageClass: gp3'),
    ],
    at: [`${tursoTemplates}/pvc.yaml`, 'storageClassName'],
    says: 'gp3',
  },
  {
    what: 'a config map that was renamed in one place',
    id: 'references/config-maps',
    edits: [edit(`${vllm}/chart/templates/deployment.yaml`, '-sdk-configmap', '-sdk-config')],
    at: [`${vllm}/chart/templates/deployment.yaml`, '-sdk-config'],
    says: 'vllm-model-sdk-config',
  },
  {
    what: 'a role that was renamed in one place',
    id: 'references/role-bindings',
    edits: [
      edit(
        `${apiTemplates}/rbac.yaml`,
        '  kind: Role\n  name: {{ include "api.fullname" . }}',
        '  kind: Role\n  name: api-reader',
      ),
    ],
    at: [`${apiTemplates}/rbac.yaml`, 'name: api-reader'],
    says: 'api-reader',
  },
  {
    what: 'an autoscaler for a deployment that has another name',
    id: 'references/scale-targets',
    edits: [
      {
        file: `${uiTemplates}/hpa.yaml`,
        add: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ui
spec:
  maxReplicas: 3
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: cowabunga-web
`,
      },
    ],
    at: [`${uiTemplates}/hpa.yaml`, 'name: cowabunga-web'],
    says: 'cowabunga-web',
  },
  {
    what: 'a disruption budget for pods of another label',
    id: 'references/selected-pods',
    edits: [
      {
        file: `${apiTemplates}/pdb.yaml`,
        add: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: api
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app: api }
`,
      },
    ],
    at: [`${apiTemplates}/pdb.yaml`, 'selector'],
    says: 'app=api',
  },
  {
    what: 'an account that is not made',
    id: 'references/service-accounts',
    edits: [
      edit(
        `${tursoTemplates}/deployment.yaml`,
        'serviceAccountName: {{ .Values.serviceAccount.name }}',
        'serviceAccountName: database',
      ),
    ],
    at: [`${tursoTemplates}/deployment.yaml`, 'serviceAccountName: database'],
    says: "'database'",
  },
];
