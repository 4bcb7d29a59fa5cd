{{- $root := .root -}}
{{- with .context -}}
{{- $out := dict -}}
{{- if $root.Values.server.enabled -}}
{{- $_ := set $out "m.homeserver" (dict "base_url" (printf "https://%s" (tpl $root.Values.server.ingress.host $root))) -}}
{{- end -}}
{{- if $root.Values.accounts.enabled -}}
{{- $_ := set $out "org.example.authentication" (dict "issuer" (printf "https://%s/" (tpl $root.Values.accounts.ingress.host $root)) "account" (printf "https://%s/account" (tpl $root.Values.accounts.ingress.host $root))) -}}
{{- end -}}
{{- if $root.Values.tokens.enabled -}}
{{- $_ := set $out "org.example.calls" (list (dict "type" "media" "service_url" (printf "https://%s" (tpl $root.Values.tokens.ingress.host $root)))) -}}
{{- end -}}
{{- range $key, $text := .additional -}}
{{- if kindIs "string" $text -}}
{{- $out = mustMergeOverwrite $out (tpl $text $root | fromJson) -}}
{{- end -}}
{{- end -}}
{{ $out | toPrettyJson }}
{{- end }}
