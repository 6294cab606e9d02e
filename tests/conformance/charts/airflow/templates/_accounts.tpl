{{/* The names of service accounts, by the rules of the official chart: see kvtui/outputs/service_accounts.py. */}}

{{/* At most 63 characters: an override, else the release, with the chart's name where the release lacks it. */}}
{{- define "accounts.base" -}}
{{- $own := .Values.nameOverride | default .Chart.Name -}}
{{- $made := ternary .Release.Name (print .Release.Name "-" $own) (contains $own .Release.Name) -}}
{{- .Values.fullnameOverride | default $made | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Takes root, name, part. */}}
{{- define "accounts.name" -}}
{{- if .part.serviceAccount.create -}}
{{- .part.serviceAccount.name | default (print (include "accounts.base" .root) "-" .name) -}}
{{- else -}}
{{- .part.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}
