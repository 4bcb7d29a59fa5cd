{{- /* Shared by all parts: services. */ -}}

{{- define "lib.services.ports" -}}
{{- range $port := .ports }}
- name: {{ $port.name }}
  port: {{ $port.port }}
  targetPort: {{ $port.target | default $port.name }}
  protocol: {{ $port.protocol | default "TCP" }}
  {{- if and (eq ($.type | default "ClusterIP") "NodePort") $port.nodePort }}
  nodePort: {{ $port.nodePort }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "lib.services.networking" -}}
{{- $root := .root -}}
{{- with $root.Values.networking.ipFamily -}}
ipFamilyPolicy: {{ eq . "dual-stack" | ternary "PreferDualStack" "SingleStack" }}
{{- if ne . "dual-stack" }}
ipFamilies: [{{ eq . "ipv6" | ternary "IPv6" "IPv4" }}]
{{- end }}
{{- end -}}
{{- end -}}

{{- define "lib.services.monitor" -}}
{{- $root := .root -}}
{{- with required "lib.services.monitor needs a context" .context -}}
endpoints:
- interval: {{ .interval | default "30s" }}
  port: {{ .port | default "metrics" }}
  {{- with .path }}
  path: {{ . }}
  {{- end }}
  relabelings:
  - action: replace
    replacement: {{ $root.Release.Name }}
    targetLabel: release
selector:
  matchLabels:
    {{- include "lib.labels.selector" (dict "root" $root "context" (dict "name" .name)) | nindent 4 }}
{{- end -}}
{{- end -}}
