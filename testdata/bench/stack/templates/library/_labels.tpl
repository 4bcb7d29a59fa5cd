{{- /* Shared by all parts: labels. */ -}}

{{- define "lib.labels.safe" -}}
{{- if . -}}
{{ . | toString | replace "+" "_" | replace ":" "-" | trunc 63 | trimSuffix "-" | trimSuffix "." | quote }}
{{- else -}}
""
{{- end -}}
{{- end -}}

{{- define "lib.labels.common" -}}
{{- $root := .root -}}
{{- with required "lib.labels.common needs a context" .context -}}
{{- $own := mustMergeOverwrite dict ($root.Values.labels | deepCopy) ((.labels | default dict) | deepCopy) -}}
{{- range $taken := list "app.kubernetes.io/managed-by" "app.kubernetes.io/name" "app.kubernetes.io/instance" "helm.sh/chart" -}}
{{- $own = unset $own $taken -}}
{{- end -}}
{{- with $own -}}
{{ toYaml . }}
{{ end -}}
{{- if ne (.withVersion | toString) "false" -}}
helm.sh/chart: {{ include "lib.labels.safe" (printf "%s-%s" $root.Chart.Name $root.Chart.Version) }}
{{ end -}}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: {{ include "lib.labels.safe" $root.Chart.Name }}
{{- end -}}
{{- end -}}

{{- define "lib.labels.selector" -}}
{{- $root := .root -}}
{{- with required "lib.labels.selector needs a context" .context -}}
app.kubernetes.io/instance: {{ printf "%s-%s" $root.Release.Name .name }}
{{- with .process }}
stack.example/process: {{ . }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.labels.annotations" -}}
{{- $root := .root -}}
{{- with required "lib.labels.annotations needs a context" .context -}}
{{- $all := mustMergeOverwrite dict (($root.Values.annotations | default dict) | deepCopy) ((.annotations | default dict) | deepCopy) -}}
{{- with $all -}}
annotations:
  {{- range $key, $value := . }}
  {{ $key }}: {{ tpl ($value | toString) $root | quote }}
  {{- end }}
{{- end -}}
{{- end -}}
{{- end -}}
