{{- /* What only the files by which others find the server needs. */ -}}

{{- define "delegation.labels" -}}
{{- $root := .root -}}
{{- with required "delegation.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: delegation
app.kubernetes.io/name: delegation
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "delegation" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "delegation.validations" -}}
{{- $root := .root -}}
{{- with required "delegation.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if not .ingress.host -}}
{{- $messages = append $messages "delegation.ingress.host is needed while delegation.enabled is true" -}}
{{- end -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.delegation.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "delegation.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "delegation.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "delegation.secret-paths" -}}
{{- $paths := dict -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "delegation.config-data" -}}
{{- $root := .root -}}
{{- with required "delegation.config-data needs a context" .context -}}
client: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "delegation" "file" "client" "values" .)) | nindent 2 }}
server: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "delegation" "file" "server" "values" .)) | nindent 2 }}
support: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "delegation" "file" "support" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "delegation.env" -}}
{{- $root := .root -}}
{{- with required "delegation.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-delegation" $root.Release.Name)) -}}
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

{{- define "delegation.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "delegation.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "delegation")) }}
{{- end -}}
