{{- define "shapes.merge" -}}
{{- $top := first . -}}
{{- $over := fromYaml (include (index . 1) $top) | default (dict) -}}
{{- $base := fromYaml (include (index . 2) $top) | default (dict) -}}
{{- toYaml (merge $over $base) -}}
{{- end -}}
{{- define "shapes.service.base" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-{{ .Values.name }}
  labels:
    {{- range $k, $v := .Values.extraLabels }}
    {{ $k }}: {{ $v }}
    {{- end }}
spec:
  type: LoadBalancer
  selector:
    app: {{ .Values.name }}
{{- end -}}
{{- define "shapes.service" -}}
{{- include "shapes.merge" (append . "shapes.service.base") -}}
{{- end -}}
{{- define "shapes.configmap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .context.Release.Name }}
data: {{- range $k, $v := .data }}
  {{ $k }}: {{ $v | toString | quote }}
{{- end }}
{{- end -}}
