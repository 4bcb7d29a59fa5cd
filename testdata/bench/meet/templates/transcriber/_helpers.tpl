{{/* Names and labels of the transcriber. */}}
{{- define "meet.transcriber.fullname" -}}
{{ include "meet.fullname" . }}-transcriber
{{- end }}

{{- define "meet.transcriber.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: transcriber
{{- end }}

{{- define "meet.transcriber.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: transcriber
{{- end }}

{{- define "meet.transcriber.secret" -}}
{{- .Values.transcriber.existingSecret | default (printf "%s-auth" (include "meet.transcriber.fullname" .)) -}}
{{- end }}
