{{- /* What only the service of accounts needs. */ -}}

{{- define "accounts.labels" -}}
{{- $root := .root -}}
{{- with required "accounts.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: accounts
app.kubernetes.io/name: accounts
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "accounts" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "accounts.validations" -}}
{{- $root := .root -}}
{{- with required "accounts.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if not .ingress.host -}}
{{- $messages = append $messages "accounts.ingress.host is needed while accounts.enabled is true" -}}
{{- end -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.accounts.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "accounts.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "Deployment" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "accounts.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "accounts.secret-paths" -}}
{{- $paths := dict -}}
{{- $_ := set $paths "encryptionSecret" "accounts.secrets.encryptionSecret" -}}
{{- $_ := set $paths "rsaKey" "accounts.secrets.rsaKey" -}}
{{- $_ := set $paths "ecdsaKey" "accounts.secrets.ecdsaKey" -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "accounts.config-data" -}}
{{- $root := .root -}}
{{- with required "accounts.config-data needs a context" .context -}}
base: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "accounts" "file" "base" "values" .)) | nindent 2 }}
override: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "accounts" "file" "override" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "accounts.env" -}}
{{- $root := .root -}}
{{- with required "accounts.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-accounts" $root.Release.Name)) -}}
{{- $env = append $env (dict "name" "DATABASE_PASSWORD_FILE" "value" (printf "/secrets/%s" (include "lib.postgres.password" (dict "root" $root "context" (dict "part" "accounts" "values" .))))) -}}
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

{{- define "accounts.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "accounts.secret-paths" . | fromJson) -}}
{{- if not (.context.postgres).host -}}
{{- $paths = append $paths "database.secrets.accountsPassword" -}}
{{- end -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "accounts")) }}
{{- end -}}
