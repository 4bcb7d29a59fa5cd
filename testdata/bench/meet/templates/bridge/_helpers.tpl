{{/* Names and labels of the video bridge. */}}
{{- define "meet.bridge.fullname" -}}
{{ include "meet.fullname" . }}-bridge
{{- end }}

{{- define "meet.bridge.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: bridge
{{- end }}

{{- define "meet.bridge.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: bridge
{{- end }}

{{- define "meet.bridge.secret" -}}
{{- .Values.bridge.existingSecret | default (printf "%s-auth" (include "meet.bridge.fullname" .)) -}}
{{- end }}
