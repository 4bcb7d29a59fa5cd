{{- /* Shared by all parts: pods. */ -}}

{{- define "lib.pods.common" -}}
{{- $root := .root -}}
{{- with required "lib.pods.common needs a context" .context -}}
{{- $name := .name -}}
{{- $kind := .kind -}}
{{- with .values -}}
automountServiceAccountToken: {{ .mountToken | default false }}
serviceAccountName: {{ include "lib.names.account" (dict "root" $root "context" (dict "serviceAccount" .serviceAccount "part" $name)) }}
{{- include "lib.image.pull-secrets" (dict "root" $root "context" (dict "image" .image)) | nindent 0 }}
{{- with .podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .hostAliases }}
hostAliases:
  {{- tpl (toYaml .) $root | nindent 2 }}
{{- end }}
{{- with .nodeSelector | default $root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat (.tolerations | default list) ($root.Values.tolerations | default list) }}
tolerations:
  {{- toYaml (. | uniq) | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- include "lib.pods.affinity" (dict "root" $root "context" (dict "affinity" . "name" $name)) | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints | default $root.Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- include "lib.pods.spread" (dict "root" $root "context" (dict "constraints" . "name" $name "kind" $kind)) | nindent 2 }}
{{- end }}
{{- if eq $kind "Job" }}
restartPolicy: Never
{{- else }}
restartPolicy: Always
{{- end }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.pods.affinity" -}}
{{- $root := .root -}}
{{- with required "lib.pods.affinity needs a context" .context -}}
{{- $name := .name -}}
{{- range $kind, $rules := .affinity }}
{{ $kind }}:
{{- range $when, $terms := $rules }}
  {{ $when }}:
  {{- if kindIs "slice" $terms }}
  {{- range $term := $terms }}
  - {{ tpl (toYaml $term) (dict "Values" $root.Values "Release" $root.Release "Chart" $root.Chart "name" $name "Template" $root.Template) | nindent 4 | trim }}
  {{- end }}
  {{- else }}
    {{- toYaml $terms | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "lib.pods.spread" -}}
{{- $root := .root -}}
{{- with required "lib.pods.spread needs a context" .context -}}
{{- $name := .name -}}
{{- $keys := list "app.kubernetes.io/instance" -}}
{{- if eq .kind "Deployment" -}}
{{- $keys = append $keys "pod-template-hash" -}}
{{- end -}}
{{- $out := list -}}
{{- range $constraint := .constraints -}}
{{- $labels := dict "matchLabels" (dict "app.kubernetes.io/instance" (printf "%s-%s" $root.Release.Name $name)) -}}
{{- $selector := mustMergeOverwrite dict $labels (($constraint.labelSelector | default dict) | deepCopy) -}}
{{- $constraint = mustMergeOverwrite dict ($constraint | deepCopy) (dict "labelSelector" $selector "matchLabelKeys" $keys) -}}
{{- $out = append $out $constraint -}}
{{- end -}}
{{ toYaml $out }}
{{- end -}}
{{- end -}}

{{- define "lib.pods.probe" -}}
{{- range $key := list "failureThreshold" "initialDelaySeconds" "periodSeconds" "successThreshold" "terminationGracePeriodSeconds" "timeoutSeconds" -}}
{{- $value := index $ $key -}}
{{- if not (kindIs "invalid" $value) }}
{{ $key }}: {{ $value }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.pods.probes" -}}
{{- $check := .check -}}
{{- range $kind := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- with index $.values $kind }}
{{ $kind }}:
  {{- include "lib.pods.probe" . | nindent 2 }}
  {{- toYaml $check | nindent 2 }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "lib.pods.resources" -}}
{{- with .resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- with .containersSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
