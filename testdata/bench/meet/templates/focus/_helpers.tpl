{{/* Names and labels of the conference focus. */}}
{{- define "meet.focus.fullname" -}}
{{ include "meet.fullname" . }}-focus
{{- end }}

{{- define "meet.focus.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: focus
{{- end }}

{{- define "meet.focus.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: focus
{{- end }}

{{- define "meet.focus.secret" -}}
{{- .Values.focus.existingSecret | default (printf "%s-auth" (include "meet.focus.fullname" .)) -}}
{{- end }}
