{{- /* What only the cache needs. */ -}}

{{- define "cache.labels" -}}
{{- $root := .root -}}
{{- with required "cache.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: cache
app.kubernetes.io/name: cache
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "cache" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "cache.validations" -}}
{{- $root := .root -}}
{{- with required "cache.validations needs a context" .context -}}
{{- $messages := list -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.cache.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "cache.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "cache.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "cache.secret-paths" -}}
{{- $paths := dict -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "cache.config-data" -}}
{{- $root := .root -}}
{{- with required "cache.config-data needs a context" .context -}}
cache: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "cache" "file" "cache" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "cache.env" -}}
{{- $root := .root -}}
{{- with required "cache.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-cache" $root.Release.Name)) -}}
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

{{- define "cache.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "cache.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "cache")) }}
{{- end -}}
