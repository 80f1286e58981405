import { edit } from '../edit.ts';
import { apiTemplates, llama, repeater, tursoTemplates, uiTemplates } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

/** Containers and accounts that may do more than they need. */
export const securityFaults: readonly PlantedFault[] = [
  {
    what: 'capabilities are kept',
    id: 'security/capabilities',
    edits: [edit('packages/turso/chart/values.yaml', 'drop: [ALL]', 'drop: [NET_RAW]')],
    at: [`${tursoTemplates}/deployment.yaml`, '.Values.securityContext'],
    says: "container 'turso' does not drop ALL",
  },
  {
    what: 'a container runs as root',
    id: 'security/non-root',
    edits: [
      edit(
        `${repeater}/chart/values.yaml`,
        '  runAsNonRoot: true\n  runAsUser: 65532',
        '  runAsUser: 0',
      ),
    ],
    at: [`${repeater}/chart/templates/deployment.yaml`, '.Values.securityContext'],
    says: 'runs as user 0',
  },
  {
    what: 'rights may be gained',
    id: 'security/privilege-escalation',
    edits: [
      edit(
        'packages/turso/chart/values.yaml',
        'allowPrivilegeEscalation: false',
        'allowPrivilegeEscalation: true',
      ),
    ],
    at: [`${tursoTemplates}/deployment.yaml`, '.Values.securityContext'],
    says: 'may gain rights',
  },
  {
    what: 'the root file system can be written to',
    id: 'security/read-only-root',
    edits: [
      edit(
        `${repeater}/chart/values.yaml`,
        'readOnlyRootFilesystem: true',
        'readOnlyRootFilesystem: false',
      ),
    ],
    at: [`${repeater}/chart/templates/deployment.yaml`, '.Values.securityContext'],
    says: 'can write to its root file system',
  },
  {
    what: 'no seccomp profile',
    id: 'security/seccomp',
    edits: [
      edit('packages/turso/chart/values.yaml', '  seccompProfile:\n    type: RuntimeDefault\n', ''),
    ],
    at: [
      `${tursoTemplates}/deployment.yaml`,
      'securityContext:\n            {{- toYaml .Values.securityContext',
    ],
    says: 'seccomp',
  },
  {
    what: 'the network of the node is used',
    id: 'security/host-access',
    edits: [
      edit(
        `${apiTemplates}/deployment.yaml`,
        '      containers:\n',
        '      hostNetwork: true\n      containers:\n',
      ),
    ],
    at: [`${apiTemplates}/deployment.yaml`, 'hostNetwork'],
    says: 'hostNetwork',
  },
  {
    what: 'nobody says when the API is ready',
    id: 'security/probes',
    edits: [edit(`${apiTemplates}/deployment.yaml`, 'readinessProbe:', 'startupProbe:')],
    at: [`${apiTemplates}/deployment.yaml`, '- name: api\n          image'],
    says: "container 'api' has ports and no readinessProbe",
  },
  {
    what: 'no limit for memory',
    id: 'security/resources',
    edits: [edit('packages/turso/chart/values.yaml', '    memory: 1Gi\n', '')],
    at: [`${tursoTemplates}/deployment.yaml`, 'resources:'],
    says: 'no limit for memory',
  },
  {
    what: 'a token in plain text',
    id: 'security/secret-literals',
    edits: [
      edit(
        `${uiTemplates}/deployment.yaml`,
        '            - name: DEFAULT_MODEL\n',
        '            - name: SESSION_SECRET\n              value: 9f2b7c41d0\n            - name: DEFAULT_MODEL\n',
      ),
    ],
    at: [`${uiTemplates}/deployment.yaml`, '9f2b7c41d0'],
    says: 'SESSION_SECRET',
  },
  {
    what: 'a token for the cluster that nobody needs',
    id: 'security/service-account-token',
    edits: [
      edit(
        `${llama}/chart/templates/deployment.yaml`,
        '      automountServiceAccountToken: false\n',
        '',
      ),
    ],
    at: [`${llama}/chart/templates/deployment.yaml`, 'spec:\n      securityContext'],
    says: 'token of service account',
  },
];
