{{/* Names and labels of the shared notes. */}}
{{- define "meet.notes.fullname" -}}
{{ include "meet.fullname" . }}-notes
{{- end }}

{{- define "meet.notes.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: notes
{{- end }}

{{- define "meet.notes.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: notes
{{- end }}

{{- define "meet.notes.secret" -}}
{{- .Values.notes.existingSecret | default (printf "%s-auth" (include "meet.notes.fullname" .)) -}}
{{- end }}
