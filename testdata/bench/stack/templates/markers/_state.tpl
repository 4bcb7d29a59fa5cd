{{- define "markers.state" -}}
{{- $root := .root -}}
{{- $state := dict -}}
{{- range $part := list "server" "web" "admin" "accounts" "media" "tokens" "bridge" "database" "cache" "proxy" "delegation" "secretsJob" "markers" -}}
{{- $values := index $root.Values $part -}}
{{- $_ := set $state $part (dict "enabled" ($values.enabled | default false) "tag" (($values.image).tag | default "")) -}}
{{- end -}}
{{ $state | toJson }}
{{- end -}}
