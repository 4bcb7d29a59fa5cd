{{- /* What only the service that lets callers in needs. */ -}}

{{- define "tokens.labels" -}}
{{- $root := .root -}}
{{- with required "tokens.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: tokens
app.kubernetes.io/name: tokens
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "tokens" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "tokens.validations" -}}
{{- $root := .root -}}
{{- with required "tokens.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if not .ingress.host -}}
{{- $messages = append $messages "tokens.ingress.host is needed while tokens.enabled is true" -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "tokens.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "tokens.secret-paths" -}}
{{- $paths := dict -}}
{{- $_ := set $paths "apiKey" "tokens.secrets.apiKey" -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "tokens.env" -}}
{{- $root := .root -}}
{{- with required "tokens.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-tokens" $root.Release.Name)) -}}
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

{{- define "tokens.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "tokens.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "tokens")) }}
{{- end -}}
