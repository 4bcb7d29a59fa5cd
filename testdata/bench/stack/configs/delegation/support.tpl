{{- with .context -}}
{{ .support | toPrettyJson }}
{{- end }}
