{{- /* What only the job that makes secrets needs. */ -}}

{{- define "secrets-job.labels" -}}
{{- $root := .root -}}
{{- with required "secrets-job.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: secrets-job
app.kubernetes.io/name: secrets-job
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "secrets-job" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "secrets-job.validations" -}}
{{- $root := .root -}}
{{- with required "secrets-job.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Job" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "secretsJob.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "secrets-job.secret-paths" -}}
{{- $paths := dict -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "secrets-job.env" -}}
{{- $root := .root -}}
{{- with required "secrets-job.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-secrets-job" $root.Release.Name)) -}}
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

{{- define "secrets-job.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "secrets-job.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "secrets-job")) }}
{{- end -}}
