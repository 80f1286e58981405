import { api, llama, ui } from '../places.ts';
import type { SoundVariation } from '../sound-variation.ts';

/** Objects that our own charts do without. */
export const objectVariations: readonly SoundVariation[] = [
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
];
