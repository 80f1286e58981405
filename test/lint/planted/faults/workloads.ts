import { edit } from '../edit.ts';
import { apiTemplates, llama, tursoTemplates, uiTemplates, vllm, whisper } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

/** Deployments, jobs and services that do not fit themselves. */
export const workloadFaults: readonly PlantedFault[] = [
  {
    what: 'a variable of a container that stands twice',
    id: 'workloads/containers',
    edits: [edit(`${apiTemplates}/deployment.yaml`, '- name: PORT\n', '- name: DEV\n')],
    at: [
      `${apiTemplates}/deployment.yaml`,
      '- name: DEV\n              value: {{ .Values.api.service.port',
    ],
    says: 'DEV',
  },
  {
    what: 'an object that two packages deploy',
    id: 'workloads/duplicates',
    edits: [
      {
        file: `${uiTemplates}/settings.yaml`,
        add: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: turso-migrations\ndata: {}\n',
      },
    ],
    at: [`${uiTemplates}/settings.yaml`, 'name: turso-migrations'],
    says: "ConfigMap 'turso-migrations'",
  },
  {
    what: 'half a GPU',
    id: 'workloads/gpus',
    edits: [
      edit(
        `${vllm}/zarf.yaml`,
        "default: '1'\n    pattern: '^[1-9][0-9]*$'\n  - name: GPU_RUNTIME",
        "default: '0.5'\n    pattern: '^[0-9.]+$'\n  - name: GPU_RUNTIME",
      ),
    ],
    at: [`${vllm}/chart/templates/deployment.yaml`, '.Values.resources'],
    says: '0.5',
  },
  {
    what: 'a job that cannot be deployed a second time',
    id: 'workloads/job-names',
    edits: [
      edit(
        `${apiTemplates}/migrations-job.yaml`,
        '-migrations-{{ .Values.api.migration.image.tag }}',
        '-migrations',
      ),
    ],
    at: [`${apiTemplates}/migrations-job.yaml`, 'name: {{ include "api.fullname" . }}-migrations'],
    says: 'migrations',
  },
  {
    what: 'a probe of a port that is called otherwise',
    id: 'workloads/probes',
    edits: [
      edit(
        `${uiTemplates}/deployment.yaml`,
        'port: http\n            initialDelay',
        'port: web\n            initialDelay',
      ),
    ],
    at: [`${uiTemplates}/deployment.yaml`, 'port: web'],
    says: 'asks port web',
  },
  {
    what: 'a selector that its own pods do not fit',
    id: 'workloads/selectors',
    edits: [
      edit(
        `${tursoTemplates}/deployment.yaml`,
        '    matchLabels:\n',
        '    matchLabels:\n      tier: database\n',
      ),
    ],
    at: [`${tursoTemplates}/deployment.yaml`, 'tier: database'],
    says: 'tier',
  },
  {
    what: 'a service of a port that pods do not have',
    id: 'workloads/services',
    edits: [edit(`${llama}/chart/templates/service.yaml`, 'targetPort: grpc', 'targetPort: http')],
    at: [`${llama}/chart/templates/service.yaml`, 'targetPort: http'],
    says: "'http'",
  },
  {
    what: 'a mount of a volume that is called otherwise',
    id: 'workloads/volumes',
    edits: [
      edit(
        `${whisper}/chart/templates/deployment.yaml`,
        '- name: scratch\n              mountPath',
        '- name: tmp\n              mountPath',
      ),
    ],
    at: [`${whisper}/chart/templates/deployment.yaml`, '- name: tmp'],
    says: "'tmp'",
  },
];
