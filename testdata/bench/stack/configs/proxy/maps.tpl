{{- with .context -}}
{{- range $from, $to := .maps }}
{{ $from }} {{ $to }}
{{- end }}
{{- end }}
