{{- /* What only the bridge to other services needs. */ -}}

{{- define "bridge.labels" -}}
{{- $root := .root -}}
{{- with required "bridge.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: bridge
app.kubernetes.io/name: bridge
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "bridge" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "bridge.validations" -}}
{{- $root := .root -}}
{{- with required "bridge.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if not .ingress.host -}}
{{- $messages = append $messages "bridge.ingress.host is needed while bridge.enabled is true" -}}
{{- end -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.bridge.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "bridge.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "StatefulSet" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "bridge.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "bridge.secret-paths" -}}
{{- $paths := dict -}}
{{- $_ := set $paths "passkey" "bridge.secrets.passkey" -}}
{{- $_ := set $paths "registration" "bridge.secrets.registration" -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "bridge.config-data" -}}
{{- $root := .root -}}
{{- with required "bridge.config-data needs a context" .context -}}
base: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "bridge" "file" "base" "values" .)) | nindent 2 }}
override: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "bridge" "file" "override" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "bridge.env" -}}
{{- $root := .root -}}
{{- with required "bridge.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-bridge" $root.Release.Name)) -}}
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

{{- define "bridge.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "bridge.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "bridge")) }}
{{- end -}}
