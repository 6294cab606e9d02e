{{/* The environment of every Airflow container: env plain, secret by reference, extraEnv through tpl, the component's own. */}}
{{- define "airflow.env" -}}
{{- range .root.Values.env }}
- name: {{ .name }}
  value: {{ .value | quote }}
{{- end }}
{{- range .root.Values.secret }}
- name: {{ .envName }}
  valueFrom:
    secretKeyRef:
      name: {{ .secretName }}
      key: {{ .secretKey | default "value" }}
{{- end }}
{{- with .root.Values.extraEnv }}
{{ tpl . $.root }}
{{- end }}
{{- with .part.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Account and Deployment of one component. Takes root, name, part. */}}
{{- define "airflow.component" -}}
{{- $account := include "accounts.name" . -}}
{{- if .part.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account }}
  labels:
    component: {{ .name }}
    {{- with .root.Values.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .part.serviceAccount.annotations }}
  annotations: {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
---
{{- end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
spec:
  replicas: {{ .part.replicas | default 1 }}
  selector:
    matchLabels:
      component: {{ .name }}
  template:
    metadata:
      labels:
        component: {{ .name }}
        {{- if or .root.Values.labels .part.labels }}
        {{- mustMerge (dict) (.part.labels | default dict) (.root.Values.labels | default dict) | toYaml | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ $account }}
      {{- with .part.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ .root.Values.image }}
          {{- with .root.Values.extraEnvFrom }}
          envFrom: {{- tpl . $.root | nindent 12 }}
          {{- end }}
          env: {{- include "airflow.env" . | nindent 12 }}
          {{- with .part.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
---
{{ end -}}
