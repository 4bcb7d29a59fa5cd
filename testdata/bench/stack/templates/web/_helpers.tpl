{{- /* What only the client in the browser needs. */ -}}

{{- define "web.labels" -}}
{{- $root := .root -}}
{{- with required "web.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: web
app.kubernetes.io/name: web
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "web" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "web.validations" -}}
{{- $root := .root -}}
{{- with required "web.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if not .ingress.host -}}
{{- $messages = append $messages "web.ingress.host is needed while web.enabled is true" -}}
{{- end -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.web.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "web.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "web.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "web.secret-paths" -}}
{{- $paths := dict -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "web.config-data" -}}
{{- $root := .root -}}
{{- with required "web.config-data needs a context" .context -}}
client: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "web" "file" "client" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "web.env" -}}
{{- $root := .root -}}
{{- with required "web.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-web" $root.Release.Name)) -}}
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

{{- define "web.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "web.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "web")) }}
{{- end -}}
