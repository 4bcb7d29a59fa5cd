{{- /* What only the proxy between the parts needs. */ -}}

{{- define "proxy.labels" -}}
{{- $root := .root -}}
{{- with required "proxy.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: proxy
app.kubernetes.io/name: proxy
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "proxy" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "proxy.validations" -}}
{{- $root := .root -}}
{{- with required "proxy.validations needs a context" .context -}}
{{- $messages := list -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.proxy.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "proxy.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "proxy.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "proxy.secret-paths" -}}
{{- $paths := dict -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "proxy.config-data" -}}
{{- $root := .root -}}
{{- with required "proxy.config-data needs a context" .context -}}
proxy: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "proxy" "file" "proxy" "values" .)) | nindent 2 }}
maps: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "proxy" "file" "maps" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "proxy.env" -}}
{{- $root := .root -}}
{{- with required "proxy.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-proxy" $root.Release.Name)) -}}
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

{{- define "proxy.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "proxy.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "proxy")) }}
{{- end -}}
