{{- /* Shared by all parts: env. */ -}}

{{- define "lib.env.lines" -}}
{{- $root := .root -}}
{{- with required "lib.env.lines needs a context" .context -}}
{{- $own := .own | default list -}}
{{- $found := dict -}}
{{- range $entry := concat ($root.Values.extraEnv | default list) (.values.extraEnv | default list) -}}
{{- $_ := set $found $entry.name $entry -}}
{{- end -}}
{{- range $entry := $own -}}
{{- $_ := set $found $entry.name $entry -}}
{{- end -}}
{{- with $found -}}
env:
{{- range $name, $entry := . }}
- name: {{ $name | quote }}
{{- if hasKey $entry "valueFrom" }}
  valueFrom:
    {{- tpl (toYaml $entry.valueFrom) $root | nindent 4 }}
{{- else }}
  value: {{ tpl ($entry.value | toString) $root | quote }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}
{{- end -}}
