{{- define "tpl-values.both" -}}
{{ .Values.host }}+{{ .Release.Namespace }}
{{- end -}}
{{- define "tpl-values.render" -}}
{{- if typeIs "string" .value }}{{ tpl .value .context }}{{ else }}{{ tpl (.value | toYaml) .context }}{{ end -}}
{{- end -}}
