{{- with .context -}}
listen_addresses = '*'
max_connections = {{ .connections }}
{{- range $key, $value := .settings }}
{{ $key }} = {{ kindIs "string" $value | ternary (squote $value) ($value | toString) }}
{{- end }}
{{- end }}
