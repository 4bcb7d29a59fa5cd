{{/* Names and labels of the recognition of speech. */}}
{{- define "meet.speech.fullname" -}}
{{ include "meet.fullname" . }}-speech
{{- end }}

{{- define "meet.speech.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: speech
{{- end }}

{{- define "meet.speech.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: speech
{{- end }}

{{- define "meet.speech.secret" -}}
{{- .Values.speech.existingSecret | default (printf "%s-auth" (include "meet.speech.fullname" .)) -}}
{{- end }}
