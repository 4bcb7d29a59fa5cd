{{/* Names and labels of the pages. */}}
{{- define "meet.web.fullname" -}}
{{ include "meet.fullname" . }}-web
{{- end }}

{{- define "meet.web.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: web
{{- end }}

{{- define "meet.web.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: web
{{- end }}

{{- define "meet.web.secret" -}}
{{- .Values.web.existingSecret | default (printf "%s-auth" (include "meet.web.fullname" .)) -}}
{{- end }}
