{{- $root := .root -}}
{{- with .context -}}
global
  maxconn {{ .maxConnections }}
  log stdout format raw local0 info
  tune.bufsize 32768

defaults
  mode http
  fullconn {{ .maxConnections }}
  maxconn {{ .maxConnections }}
  timeout connect 5s
  timeout client 900s
  timeout server 180s
  default-server init-addr last,libc,none

resolvers kubedns
  parse-resolv-conf
  hold valid 10s

frontend metrics
  bind :8405
  http-request use-service prometheus-exporter if { path /metrics }

frontend server
  bind :8008
  capture request header Host len 32
{{- range $worker, $details := $root.Values.server.workers }}
{{- if $details.enabled }}
{{- range $at, $path := ($details.paths | default list) }}
  acl is_{{ $worker }} path_reg {{ $path }}
{{- end }}
{{- if $details.paths }}
  use_backend {{ $worker }} if is_{{ $worker }}
{{- end }}
{{- end }}
{{- end }}
  default_backend main
{{ range $worker, $details := $root.Values.server.workers }}
{{- if $details.enabled }}
backend {{ $worker }}
  option httpchk
  balance {{ $details.balance | default "leastconn" }}
  server-template {{ $worker }} {{ $details.replicas | default 1 }} {{ include "lib.names.host" (dict "root" $root "context" (dict "name" (printf "server-%s" $worker))) }}:8008 resolvers kubedns check
{{ end }}
{{- end }}
{{- end }}
