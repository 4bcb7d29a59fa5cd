{{/* Names and labels of the gateway to telephones. */}}
{{- define "meet.phone.fullname" -}}
{{ include "meet.fullname" . }}-phone
{{- end }}

{{- define "meet.phone.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: phone
{{- end }}

{{- define "meet.phone.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: phone
{{- end }}

{{- define "meet.phone.secret" -}}
{{- .Values.phone.existingSecret | default (printf "%s-auth" (include "meet.phone.fullname" .)) -}}
{{- end }}
