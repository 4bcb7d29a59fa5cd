{{/* Names and labels of the shared board. */}}
{{- define "meet.board.fullname" -}}
{{ include "meet.fullname" . }}-board
{{- end }}

{{- define "meet.board.selectorLabels" -}}
{{ include "meet.selectorLabels" . }}
app.kubernetes.io/component: board
{{- end }}

{{- define "meet.board.labels" -}}
{{ include "meet.labels" . }}
app.kubernetes.io/component: board
{{- end }}

{{- define "meet.board.secret" -}}
{{- .Values.board.existingSecret | default (printf "%s-auth" (include "meet.board.fullname" .)) -}}
{{- end }}
