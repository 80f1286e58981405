import { edit } from '../edit.ts';
import { llama, repeater, turso, ui, vllm, whisper } from '../places.ts';
import type { SoundVariation } from '../sound-variation.ts';

/** Unusual labels, services, probes, volumes and quantities of the same workloads. */
export const workloadVariations: readonly SoundVariation[] = [
  {
    what: 'labels of somebody else',
    edits: [
      edit(
        `${turso}/chart/templates/service.yaml`,
        '  labels:\n',
        '  labels:\n    example.org/team: storage\n',
      ),
    ],
  },
  {
    what: 'annotations with text that looks like numbers',
    edits: [
      edit(
        `${ui}/chart/templates/serviceaccount.yaml`,
        '  labels:\n',
        '  annotations:\n    example.org/port: "0800"\n    example.org/on: "yes"\n  labels:\n',
      ),
    ],
  },
  {
    what: 'a template that renders to nothing',
    edits: [
      {
        file: `${ui}/chart/templates/extra.yaml`,
        add: '{{- range .Values.extraObjects }}\n---\n{{ toYaml . }}\n{{- end }}\n',
      },
    ],
  },
  {
    what: 'several documents in one template, an empty one between',
    edits: [
      {
        file: `${whisper}/chart/templates/extra.yaml`,
        add: `---
# nothing here
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: whisper-languages
data:
  languages: |
    de
    en
`,
      },
    ],
  },
  {
    what: 'a port by its number',
    edits: [edit(`${llama}/chart/templates/service.yaml`, 'targetPort: grpc', 'targetPort: 50051')],
  },
  {
    what: 'a service without targetPort, which is its port',
    edits: [edit(`${whisper}/chart/templates/service.yaml`, '      targetPort: grpc\n', '')],
  },
  {
    what: 'a second service for the same pods, without a cluster address',
    edits: [
      {
        file: `${turso}/chart/templates/headless.yaml`,
        add: `apiVersion: v1
kind: Service
metadata:
  name: {{ include "turso.fullname" . }}-headless
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  ports:
    - { name: http, port: 8080, targetPort: http }
  selector:
    {{- include "turso.selector" . | nindent 4 }}
`,
      },
    ],
  },
  {
    what: 'a service outside of the cluster',
    edits: [
      {
        file: `${ui}/chart/templates/external.yaml`,
        add: `apiVersion: v1
kind: Service
metadata:
  name: identity
spec:
  type: ExternalName
  externalName: sso.example.org
`,
      },
    ],
  },
  {
    what: 'a probe that runs a command',
    edits: [
      edit(
        `${turso}/chart/templates/deployment.yaml`,
        'livenessProbe:\n            tcpSocket:\n              port: http',
        'livenessProbe:\n            exec:\n              command: [ls, /data]',
      ),
    ],
  },
  {
    what: 'a probe of a port by its number',
    edits: [
      edit(
        `${llama}/chart/templates/deployment.yaml`,
        'readinessProbe:\n            tcpSocket:\n              port: grpc',
        'readinessProbe:\n            grpc:\n              port: 50051',
      ),
    ],
  },
  {
    what: 'an optional secret that nobody makes',
    edits: [
      edit(
        `${ui}/chart/templates/deployment.yaml`,
        '            - name: DEFAULT_MODEL\n',
        `            - name: BANNER
              valueFrom:
                secretKeyRef: { name: site-settings, key: banner, optional: true }
            - name: DEFAULT_MODEL
`,
      ),
    ],
  },
  {
    what: 'a projected volume',
    edits: [
      edit(
        `${vllm}/chart/templates/deployment.yaml`,
        `        - name: sdk-config
          configMap:
            name: {{ include "backend.fullname" . }}-sdk-configmap
`,
        `        - name: sdk-config
          projected:
            sources:
              - configMap:
                  name: {{ include "backend.fullname" . }}-sdk-configmap
`,
      ),
    ],
  },
  {
    what: 'a security context of the container where the pod says it too',
    edits: [
      edit(
        `${repeater}/chart/values.yaml`,
        'allowPrivilegeEscalation: false',
        'allowPrivilegeEscalation: false\n  runAsNonRoot: true\n  runAsUser: 65532',
      ),
    ],
  },
  {
    what: 'a capability that may be taken back',
    edits: [
      edit(
        `${ui}/chart/values.yaml`,
        'drop: [ALL]',
        'drop:\n      - ALL\n    add:\n      - NET_BIND_SERVICE',
      ),
    ],
  },
  {
    what: 'quantities in other units',
    edits: [
      edit(`${turso}/chart/values.yaml`, 'memory: 256Mi', 'memory: "268435456"'),
      edit(`${turso}/chart/values.yaml`, 'cpu: 100m', 'cpu: 0.1'),
    ],
  },
  {
    what: 'a larger volume in bytes',
    edits: [edit(`${turso}/chart/values.yaml`, 'size: 10Gi', 'size: 20G')],
  },
];
