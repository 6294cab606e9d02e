{{/* The service account of a component: the given name, or one made of prefix and component. */}}
{{- define "agent.account" -}}
{{- $own := index .root.Values.serviceAccount .key -}}
{{- $own.name | default (printf "%s-%s" .root.Values.resourceNamePrefix .name) -}}
{{- end -}}

{{/* The environment of whatever runs Airflow: the backend's class, the common entries as they stand, the component's own. */}}
{{- define "agent.env" -}}
{{- with .root.Values.secretBackend }}
- name: AIRFLOW__SECRETS__BACKEND
  value: {{ . | quote }}
{{- end }}
{{- with .root.Values.xcomBackend }}
- name: AIRFLOW__CORE__XCOM_BACKEND
  value: {{ . | quote }}
{{- end }}
{{- with .root.Values.dagBundleConfigList }}
- name: AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST
  value: {{ . | quote }}
{{- end }}
{{- with .root.Values.commonEnv }}
{{ toYaml . }}
{{- end }}
{{- with .part.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Account and Deployment of one component. Takes root, key (under serviceAccount), name, part. */}}
{{- define "agent.component" -}}
{{- $values := .root.Values -}}
{{- $own := index $values.serviceAccount .key -}}
{{- if $own.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "agent.account" . }}
  namespace: {{ $values.namespace }}
  {{- with $values.labels }}
  labels: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with merge (dict) ($own.annotations | default dict) ($values.serviceAccount.annotations | default dict) ($values.annotations | default dict) }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
---
{{- end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $values.resourceNamePrefix }}-{{ .name }}
  namespace: {{ $values.namespace }}
  {{- with $values.labels }}
  labels: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  replicas: {{ .part.replicas | default 1 }}
  selector:
    matchLabels:
      component: {{ .name }}
  template:
    metadata:
      labels:
        component: {{ .name }}
        {{- with $values.labels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $values.annotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "agent.account" . }}
      {{- with .part.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .part.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .part.volumes }}
      volumes: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ $values.image }}
          env: {{- include "agent.env" . | nindent 12 }}
          {{- with .part.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .part.volumeMounts }}
          volumeMounts: {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- if $values.loggingSidecar.enabled }}
        - name: logging-sidecar
          image: {{ $values.loggingSidecar.image }}
        {{- end }}
---
{{ end -}}
