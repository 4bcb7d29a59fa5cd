{{/* Names and labels of the signalling server. */}}
{{- define "meet.signalling.fullname" -}}
{{ include "meet.fullname" . }}-signalling
{{- end }}

{{- define "meet.signalling.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: signalling
{{- end }}

{{- define "meet.signalling.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: signalling
{{- end }}

{{- define "meet.signalling.secret" -}}
{{- .Values.signalling.existingSecret | default (printf "%s-auth" (include "meet.signalling.fullname" .)) -}}
{{- end }}
