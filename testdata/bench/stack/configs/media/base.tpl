{{- $root := .root -}}
{{- with .context -}}
http:
  listeners:
  - name: web
    binds:
    - host: {{ eq $root.Values.networking.ipFamily "ipv4" | ternary "0.0.0.0" "::" | quote }}
      port: 7880
{{- if .ingress }}
  public_base: {{ printf "https://%s" (tpl .ingress.host $root) | quote }}
{{- end }}
{{- if .exposed }}
ports:
{{- range $name, $exposed := .exposed }}
{{- if $exposed.enabled }}
  {{ $name }}:
    kind: {{ $exposed.portType }}
    {{- if $exposed.portRange }}
    first: {{ $exposed.portRange.start }}
    last: {{ $exposed.portRange.end }}
    {{- else }}
    port: {{ $exposed.port }}
    {{- end }}
{{- end }}
{{- end }}
{{- end }}
logging:
  level: {{ .logging.level }}
  format: {{ .logging.format | default "json" }}
{{- range $key, $level := .logging.overrides }}
  {{ $key }}: {{ $level }}
{{- end }}
{{- end }}
