{{/* Names and labels of the proxy for captions. */}}
{{- define "meet.captions.fullname" -}}
{{ include "meet.fullname" . }}-captions
{{- end }}

{{- define "meet.captions.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: captions
{{- end }}

{{- define "meet.captions.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: captions
{{- end }}

{{- define "meet.captions.secret" -}}
{{- .Values.captions.existingSecret | default (printf "%s-auth" (include "meet.captions.fullname" .)) -}}
{{- end }}
