{{- /* What only the console of administrators needs. */ -}}

{{- define "admin.labels" -}}
{{- $root := .root -}}
{{- with required "admin.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: admin
app.kubernetes.io/name: admin
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "admin" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "admin.validations" -}}
{{- $root := .root -}}
{{- with required "admin.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if not .ingress.host -}}
{{- $messages = append $messages "admin.ingress.host is needed while admin.enabled is true" -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "admin.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "admin.secret-paths" -}}
{{- $paths := dict -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "admin.env" -}}
{{- $root := .root -}}
{{- with required "admin.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-admin" $root.Release.Name)) -}}
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

{{- define "admin.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "admin.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "admin")) }}
{{- end -}}
