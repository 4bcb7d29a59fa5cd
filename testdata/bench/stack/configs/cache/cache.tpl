{{- with .context -}}
bind * -::*
port 6379
maxmemory {{ .maxMemory }}
maxmemory-policy {{ .policy }}
save ""
appendonly no
{{- range $key, $value := .settings }}
{{ $key }} {{ $value }}
{{- end }}
{{- end }}
