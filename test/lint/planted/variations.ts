import { aPem } from '../../support/a-certificate.ts';
import type { Edit } from './faults.ts';

/** Another way to write the same, or something unusual that is sound: `lint` stays silent. */
export interface SoundVariation {
  readonly what: string;
  readonly edits: readonly Edit[];
}

const packages = 'packages';
const turso = `${packages}/turso`;
const api = `${packages}/cowabunga-api`;
const ui = `${packages}/cowabunga-ui`;
const llama = `${packages}/llama-cpp-python`;
const vllm = `${packages}/vllm`;
const whisper = `${packages}/whisper`;
const embeddings = `${packages}/text-embeddings`;
const repeater = `${packages}/repeater`;

const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });

export const variations: readonly SoundVariation[] = [
  {
    what: 'metadata in flow style',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        `metadata:
  name: turso
  version: "###ZARF_PKG_TMPL_IMAGE_VERSION###"
  description: libSQL database server of CowabungaAI
  architecture: amd64
`,
        `metadata: { name: turso, version: "###ZARF_PKG_TMPL_IMAGE_VERSION###", architecture: amd64 }
`,
      ),
    ],
  },
  {
    what: 'a list in flow style',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        '        valuesFiles:\n          - values/upstream-values.yaml\n',
        '        valuesFiles: [ values/upstream-values.yaml ]\n',
      ),
    ],
  },
  {
    what: 'quoted keys',
    edits: [edit(`${turso}/zarf.yaml`, '    images:', '    "images":')],
  },
  {
    what: 'single quotes',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        'ghcr.io/tursodatabase/libsql-server:v0.24.32',
        "'ghcr.io/tursodatabase/libsql-server:v0.24.32'",
      ),
    ],
  },
  {
    what: 'a document start and comments',
    edits: [
      edit(`${turso}/zarf.yaml`, 'kind: Zarf', '---\n# What the rest needs first.\nkind: Zarf'),
    ],
  },
  {
    what: 'keys in another order',
    edits: [
      edit(
        `${turso}/zarf.yaml`,
        '        localPath: chart\n        version: 0.1.0\n',
        '        version: 0.1.0\n        localPath: chart\n',
      ),
    ],
  },
  {
    what: 'a path with ./',
    edits: [edit(`${llama}/zarf.yaml`, 'localPath: chart', 'localPath: ./chart')],
  },
  {
    what: 'a version quoted',
    edits: [edit('bundles/dev/cpu/uds-bundle.yaml', 'version: 0.14.0', 'version: "0.14.0"')],
  },
  {
    what: 'references of packages quoted',
    edits: [edit('bundles/dev/cpu/uds-bundle.yaml', 'ref: 0.14.0', "ref: '0.14.0'")],
  },
  {
    what: 'an anchor and an alias in values',
    edits: [
      edit(
        `${repeater}/chart/values.yaml`,
        'nameOverride: ""',
        'x-none: &none ""\nnameOverride: *none',
      ),
    ],
  },
  {
    what: 'a merge key in values',
    edits: [
      {
        file: `${whisper}/values/upstream-values.yaml`,
        add: '\nx-base: &base\n  replicaCount: 1\n<<: *base\n',
      },
    ],
  },
  {
    what: 'a comment behind a value',
    edits: [
      edit(`${llama}/chart/values.yaml`, 'replicaCount: 1', 'replicaCount: 1 # one GGUF, one pod'),
    ],
  },
  {
    what: 'an image by its short name, which means the same',
    edits: [
      edit(
        `${api}/values/upstream-values.yaml`,
        'repository: docker.io/kiwigrid/',
        'repository: kiwigrid/',
      ),
    ],
  },
  {
    what: 'a tag and a digest, both in lists and values',
    edits: [
      edit(`${turso}/zarf.yaml`, 'curl:8.11.1', `curl:8.11.1@sha256:${'a'.repeat(64)}`),
      edit(
        `${turso}/values/upstream-values.yaml`,
        'tag: 8.11.1',
        `tag: 8.11.1@sha256:${'a'.repeat(64)}`,
      ),
    ],
  },
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
  {
    what: 'a pattern that the default fits at its edge',
    edits: [edit(`${ui}/zarf.yaml`, 'default: "0.1"', 'default: "1.0"')],
  },
  {
    what: 'a default of several lines',
    edits: [
      edit(
        `${ui}/zarf.yaml`,
        '    default: You are a helpful assistant.\n',
        '    default: >-\n      You are a helpful assistant:\n      answer in short.\n',
      ),
    ],
  },
  {
    what: 'a variable that an action sets and another one reads',
    edits: [
      edit(
        `${repeater}/zarf.yaml`,
        '    images:\n',
        `    actions:
      onDeploy:
        before:
          - cmd: date +%s
            mute: true
            setVariables: [{ name: STARTED }]
          - cmd: echo "\${ZARF_VAR_STARTED}"
    images:
`,
      ),
    ],
  },
  {
    what: 'an optional component of its own',
    edits: [
      {
        file: `${repeater}/zarf.yaml`,
        add: `
  - name: repeater-notes
    description: For people
    manifests:
      - name: notes
        namespace: cowabungaai
        files: [notes.yaml]
`,
      },
      {
        file: `${repeater}/notes.yaml`,
        add: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: repeater-notes\ndata:\n  note: "###ZARF_CONST_IMAGE_VERSION###"\n',
      },
    ],
  },
  {
    what: 'annotations and x- keys in definitions',
    edits: [
      edit(
        `${ui}/zarf.yaml`,
        '  architecture: amd64\n',
        '  architecture: amd64\n  annotations:\n    org.example.team: web\n  x-owner: web\n',
      ),
    ],
  },
  {
    what: 'a YAML anchor between components',
    edits: [
      edit(
        `${embeddings}/zarf.yaml`,
        '    only:\n      flavor: upstream\n',
        '    only: &supply\n      flavor: upstream\n',
      ),
    ],
  },
  {
    what: 'names of settings in small letters, as operators write them',
    edits: [edit('bundles/dev/gpu/uds-config.yaml', 'gpu_limit: "1"', 'GPU_Limit: 1')],
  },
  {
    what: 'a setting for all packages',
    edits: [{ file: 'bundles/dev/cpu/uds-config.yaml', add: 'shared:\n  domain: example.org\n' }],
  },
  {
    what: 'a budget of pods that are there',
    edits: [
      {
        file: `${api}/chart/templates/pdb.yaml`,
        add: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "api.fullname" . }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "api.selector" . | nindent 6 }}
`,
      },
    ],
  },
  {
    what: 'a network policy for every pod',
    edits: [
      {
        file: `${api}/chart/templates/network.yaml`,
        add: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: same-namespace
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
`,
      },
    ],
  },
  {
    what: 'an autoscaler for a deployment that is there',
    edits: [
      {
        file: `${ui}/chart/templates/hpa.yaml`,
        add: `{{- if .Capabilities.APIVersions.Has "autoscaling/v2/HorizontalPodAutoscaler" }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "ui.fullname" . }}
spec:
  minReplicas: 1
  maxReplicas: 3
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: cowabunga-ui }
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } }
{{- end }}
`,
      },
    ],
  },
  {
    what: 'a job that is a hook and keeps its name',
    edits: [
      {
        file: `${llama}/chart/templates/check.yaml`,
        add: `apiVersion: batch/v1
kind: Job
metadata:
  name: llama-check
  annotations:
    helm.sh/hook: test
spec:
  backoffLimit: 0
  template:
    metadata: { labels: { purpose: check } }
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      securityContext:
        {{- toYaml .Values.podSecurityContext | nindent 8 }}
      containers:
        - name: check
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command: ["true"]
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
`,
      },
    ],
  },
  {
    what: 'documents with addresses, code and old versions of other things',
    edits: [
      {
        file: 'README.md',
        add: '\nSee <https://example.org/a/b> and [above](#try-it-without-the-real-images); Helm 3.13.1 is too old.\n',
      },
    ],
  },
  {
    what: 'a workflow that calls others of the same folder and pinned ones',
    edits: [
      {
        file: '.github/workflows/all.yaml',
        add: `on: { push: { branches: [main] } }
jobs:
  build:
    uses: ./.github/workflows/one.yaml
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
`,
      },
      {
        file: '.github/workflows/one.yaml',
        add: 'on: workflow_call\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n',
      },
    ],
  },
  {
    what: 'a certificate that lasts, and words about keys',
    edits: [
      { file: 'packages/turso/chart/files/ca.pem', add: aPem('turso', '2025-01-01', '2030-06-01') },
      {
        file: 'packages/turso/chart/files/how.txt',
        add: 'openssl writes -----BEGIN PRIVATE KEY-----, then the key, then -----END PRIVATE KEY-----\n',
      },
    ],
  },
  {
    what: 'base images that are built here, stay, or are named by a build argument',
    edits: [
      { file: 'Makefile', add: 'sdk:\n\tdocker build -t localhost:5000/cowabunga-sdk:dev sdk\n' },
      {
        file: 'api/Containerfile',
        add: 'ARG R=localhost:5000\nARG BASE\nFROM $R/cowabunga-sdk:dev AS sdk\nFROM ${BASE}\nCOPY --from=sdk /a /a\nCOPY --from=docker.io/library/busybox:1.36 /bin/sh /bin/sh\n',
      },
    ],
  },
  {
    what: 'Windows line ends',
    edits: [
      edit(
        `${embeddings}/values/upstream-values.yaml`,
        'gpu:\n  runtimeClassName:',
        'gpu:\r\n  runtimeClassName:',
      ),
    ],
  },
  {
    what: 'a file that ends without a line end',
    edits: [edit(`${api}/chart/Chart.yaml`, 'appVersion: 0.14.0\n', 'appVersion: 0.14.0')],
  },
];
