{{/* Names and labels of the relay. */}}
{{- define "meet.relay.fullname" -}}
{{ include "meet.fullname" . }}-relay
{{- end }}

{{- define "meet.relay.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: relay
{{- end }}

{{- define "meet.relay.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: relay
{{- end }}

{{- define "meet.relay.secret" -}}
{{- .Values.relay.existingSecret | default (printf "%s-auth" (include "meet.relay.fullname" .)) -}}
{{- end }}
