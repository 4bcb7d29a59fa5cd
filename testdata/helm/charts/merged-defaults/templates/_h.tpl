{{- define "md.image" -}}
{{- $image := .image -}}
{{- with $image.tag -}}{{ $image.registry }}/{{ $image.repository }}:{{ . }}{{- else -}}{{ $image.registry }}/{{ $image.repository }}:latest{{- end -}}
{{- end -}}
