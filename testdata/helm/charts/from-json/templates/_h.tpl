{{- define "from-json.info" -}}
{"ports": {{ toJson .Values.ports }}, "secure": {{ .Values.active }}, "names": {{ keys .Values.ports | sortAlpha | toJson }}}
{{- end -}}
{{- define "from-json.flag" -}}{{- if and .Values.active (not .Values.nothing) -}}true{{- end -}}{{- end -}}
{{- define "from-json.yaml" -}}
a: 1
b: [x, y]
c:
  d: 1.5
{{- end -}}
