{{- /* What only the media server needs. */ -}}

{{- define "media.labels" -}}
{{- $root := .root -}}
{{- with required "media.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: media
app.kubernetes.io/name: media
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "media" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "media.validations" -}}
{{- $root := .root -}}
{{- with required "media.validations needs a context" .context -}}
{{- $messages := list -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.media.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "media.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "media.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "media.secret-paths" -}}
{{- $paths := dict -}}
{{- $_ := set $paths "apiSecret" "media.secrets.apiSecret" -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "media.config-data" -}}
{{- $root := .root -}}
{{- with required "media.config-data needs a context" .context -}}
base: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "media" "file" "base" "values" .)) | nindent 2 }}
override: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "media" "file" "override" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "media.env" -}}
{{- $root := .root -}}
{{- with required "media.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-media" $root.Release.Name)) -}}
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

{{- define "media.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "media.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "media")) }}
{{- end -}}
