{{- /* What only the job that marks what was deployed needs. */ -}}

{{- define "markers.labels" -}}
{{- $root := .root -}}
{{- with required "markers.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: markers
app.kubernetes.io/name: markers
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "markers" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "markers.validations" -}}
{{- $root := .root -}}
{{- with required "markers.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Job" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "markers.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "markers.secret-paths" -}}
{{- $paths := dict -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "markers.env" -}}
{{- $root := .root -}}
{{- with required "markers.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-markers" $root.Release.Name)) -}}
{{- with (.logging).level -}}
{{- $env = append $env (dict "name" "LOG_LEVEL" "value" .) -}}
{{- end -}}
{{- with $root.Values.proxySettings -}}
{{- range $key, $value := . -}}
{{- $env = append $env (dict "name" (snakecase $key | upper) "value" $value) -}}
{{- end -}}
{{- end -}}
{{ dict "list" $env | toJson }}
{{- end -}}
{{- end -}}

{{- define "markers.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "markers.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "markers")) }}
{{- end -}}
