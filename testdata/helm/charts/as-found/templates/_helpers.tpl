{{- define "as-found.rest" -}}
{{- dict "last" .Values.script | toYaml -}}
{{- end -}}
