{{/* Names and labels of the recorder. */}}
{{- define "meet.recorder.fullname" -}}
{{ include "meet.fullname" . }}-recorder
{{- end }}

{{- define "meet.recorder.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: recorder
{{- end }}

{{- define "meet.recorder.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: recorder
{{- end }}

{{- define "meet.recorder.secret" -}}
{{- .Values.recorder.existingSecret | default (printf "%s-auth" (include "meet.recorder.fullname" .)) -}}
{{- end }}
