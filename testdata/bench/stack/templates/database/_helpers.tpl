{{- /* What only the database needs. */ -}}

{{- define "database.labels" -}}
{{- $root := .root -}}
{{- with required "database.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: database
app.kubernetes.io/name: database
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "database" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "database.validations" -}}
{{- $root := .root -}}
{{- with required "database.validations needs a context" .context -}}
{{- $messages := list -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.database.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "database.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "StatefulSet" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "database.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "database.secret-paths" -}}
{{- $paths := dict -}}
{{- $_ := set $paths "adminPassword" "database.secrets.adminPassword" -}}
{{- $_ := set $paths "serverPassword" "database.secrets.serverPassword" -}}
{{- $_ := set $paths "accountsPassword" "database.secrets.accountsPassword" -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "database.config-data" -}}
{{- $root := .root -}}
{{- with required "database.config-data needs a context" .context -}}
tuning: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "database" "file" "tuning" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "database.env" -}}
{{- $root := .root -}}
{{- with required "database.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-database" $root.Release.Name)) -}}
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

{{- define "database.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "database.secret-paths" . | fromJson) -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "database")) }}
{{- end -}}
