{{/* Where the database is, and the token for it. */}}
{{- define "api.database" -}}
- name: TURSO_URL
  value: {{ .Values.database.url | quote }}
- name: TURSO_AUTH_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.secret }}
      key: token
{{- end -}}
