{{- /* Shared by all parts: config. */ -}}

{{- define "lib.config.file" -}}
{{- $root := .root -}}
{{- with required "lib.config.file needs a context" .context -}}
{{- $path := printf "configs/%s/%s.tpl" .part .file -}}
{{- $text := $root.Files.Get $path -}}
{{- if not $text -}}
{{- fail (printf "%s is missing" $path) -}}
{{- end -}}
{{- $here := dict "root" $root "context" .values "Template" $root.Template -}}
{{ tpl $text $here | trim }}
{{- end -}}
{{- end -}}

{{- define "lib.config.additional" -}}
{{- $root := .root -}}
{{- with required "lib.config.additional needs a context" .context -}}
{{- range $key := (.additional | keys | uniq | sortAlpha) -}}
{{- $entry := index $.context.additional $key -}}
{{- if kindIs "string" $entry }}
user-{{ $key }}: |
  {{- tpl $entry $root | nindent 2 }}
{{- else if $entry.config }}
user-{{ $key }}: |
  {{- tpl $entry.config $root | nindent 2 }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.config.hash" -}}
{{- $root := .root -}}
{{- with required "lib.config.hash needs a context" .context -}}
{{- include (printf "%s.config-data" .part) (dict "root" $root "context" .values) | sha256sum -}}
{{- end -}}
{{- end -}}

{{- define "lib.config.render-container" -}}
{{- $root := .root -}}
{{- with required "lib.config.render-container needs a context" .context -}}
{{- $part := .part -}}
- name: render-config
  {{- include "lib.image.lines" (dict "root" $root "context" $root.Values.tools.image) | nindent 2 }}
  command: ["/tools/render-config"]
  args:
  - "-output"
  - {{ printf "/conf/%s" .output | quote }}
  {{- range $file := .files }}
  - {{ printf "/templates/%s" $file | quote }}
  {{- end }}
  {{- range $key := ((.values.additional | default dict) | keys | sortAlpha) }}
  - {{ printf "/templates/user-%s" $key | quote }}
  {{- end }}
  {{- include "lib.env.lines" (dict "root" $root "context" (dict "values" .values "own" .env)) | nindent 2 }}
  {{- include "lib.pods.resources" .values | nindent 2 }}
  volumeMounts:
  - mountPath: /templates
    name: templates
    readOnly: true
  {{- range $at, $secret := .secrets }}
  - mountPath: {{ printf "/secrets/%s" $secret }}
    name: {{ printf "secret-%d" $at }}
    readOnly: true
  {{- end }}
  - mountPath: /conf
    name: rendered
{{- end -}}
{{- end -}}
