{{/* Names, labels and addresses that all parts share. */}}
{{- define "meet.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "meet.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "meet.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "meet.selectorLabels" -}}
app.kubernetes.io/name: {{ include "meet.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "meet.labels" -}}
helm.sh/chart: {{ include "meet.chart" . }}
{{ include "meet.selectorLabels" . }}
{{- if .Chart.AppVersion }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "meet.common" -}}
{{ include "meet.fullname" . }}-common
{{- end }}

{{- define "meet.domain" -}}
{{- .Values.xmpp.domain | default (printf "%s.svc" .Release.Namespace) -}}
{{- end }}

{{- define "meet.xmpp.server" -}}
{{- if .Values.signalling.server -}}
{{ .Values.signalling.server }}
{{- else -}}
{{ include "meet.fullname" . }}-signalling.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end }}
{{- end }}

{{- define "meet.publicURL" -}}
{{- if .Values.publicURL }}
{{- if regexMatch "^https?://" .Values.publicURL }}
{{- .Values.publicURL }}
{{- else }}
{{- printf "https://%s" .Values.publicURL }}
{{- end }}
{{- else if .Values.web.ingress.tls }}
{{- printf "https://%s" (.Values.web.ingress.hosts | first).host }}
{{- else }}
{{- printf "http://%s" (.Values.web.ingress.hosts | first).host }}
{{- end }}
{{- end }}

{{- define "meet.password" -}}
{{- $known := lookup "v1" "Secret" .context.Release.Namespace .secret }}
{{- if .given }}
{{- .given | b64enc }}
{{- else if $known }}
{{- index $known.data .key }}
{{- else }}
{{- printf "%s/%s/%s" .context.Release.Name .secret .key | sha256sum | trunc 20 | b64enc }}
{{- end }}
{{- end }}
