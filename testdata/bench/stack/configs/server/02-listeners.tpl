{{- $root := .root -}}
{{- with .context -}}
listeners:
{{- range $name, $listener := .listeners }}
- port: {{ $listener.port }}
  type: {{ $listener.type | default "http" }}
  tls: {{ $listener.tls | default false }}
  bind_addresses: [{{ eq $root.Values.networking.ipFamily "ipv4" | ternary "0.0.0.0" "::" | quote }}]
  x_forwarded: true
  resources:
  - names:
    {{- range $resource := $listener.resources }}
    - {{ $resource }}
    {{- end }}
    compress: false
{{- end }}
instance_map:
{{- range $worker, $details := .workers }}
{{- if $details.enabled }}
  {{ $worker }}:
    host: {{ include "lib.names.host" (dict "root" $root "context" (dict "name" (printf "server-%s" $worker))) }}
    port: {{ $details.port | default 9093 }}
{{- end }}
{{- end }}
redis:
  enabled: {{ $root.Values.cache.enabled }}
{{- if $root.Values.cache.enabled }}
  host: {{ include "lib.names.host" (dict "root" $root "context" (dict "name" "cache")) }}
{{- end }}
{{- end }}
