{{- /* What only the home server needs. */ -}}

{{- define "server.labels" -}}
{{- $root := .root -}}
{{- with required "server.labels needs a context" .context -}}
{{ include "lib.labels.common" (dict "root" $root "context" (dict "labels" .labels "withVersion" .withVersion)) }}
app.kubernetes.io/component: server
app.kubernetes.io/name: server
app.kubernetes.io/version: {{ include "lib.labels.safe" (.image.tag | default $root.Chart.AppVersion) }}
{{ include "lib.labels.selector" (dict "root" $root "context" (dict "name" "server" "process" .process)) }}
{{- end -}}
{{- end -}}

{{- define "server.validations" -}}
{{- $root := .root -}}
{{- with required "server.validations needs a context" .context -}}
{{- $messages := list -}}
{{- if not .ingress.host -}}
{{- $messages = append $messages "server.ingress.host is needed while server.enabled is true" -}}
{{- end -}}
{{- range $key := (.additional | keys | sortAlpha) -}}
{{- $entry := index $root.Values.server.additional $key -}}
{{- if and (kindIs "map" $entry) $entry.config $entry.configSecret -}}
{{- $messages = append $messages (printf "server.additional.%s has a text and the name of a secret" $key) -}}
{{- end -}}
{{- end -}}
{{- if and .replicas (gt (int .replicas) 1) (eq "StatefulSet" "StatefulSet") (not .mayBeMany) -}}
{{- $messages = append $messages "server.replicas can't be more than one" -}}
{{- end -}}
{{ $messages | toJson }}
{{- end -}}
{{- end -}}

{{- define "server.secret-paths" -}}
{{- $paths := dict -}}
{{- $_ := set $paths "signingKey" "server.secrets.signingKey" -}}
{{- $_ := set $paths "registrationSecret" "server.secrets.registrationSecret" -}}
{{- $_ := set $paths "macaroonKey" "server.secrets.macaroonKey" -}}
{{ $paths | toJson }}
{{- end -}}

{{- define "server.config-data" -}}
{{- $root := .root -}}
{{- with required "server.config-data needs a context" .context -}}
01-base: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "server" "file" "01-base" "values" .)) | nindent 2 }}
02-listeners: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "server" "file" "02-listeners" "values" .)) | nindent 2 }}
03-limits: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "server" "file" "03-limits" "values" .)) | nindent 2 }}
04-override: |
  {{- include "lib.config.file" (dict "root" $root "context" (dict "part" "server" "file" "04-override" "values" .)) | nindent 2 }}
{{- include "lib.config.additional" (dict "root" $root "context" .) | nindent 0 }}
{{- end -}}
{{- end -}}

{{- define "server.env" -}}
{{- $root := .root -}}
{{- with required "server.env needs a context" .context -}}
{{- $env := list (dict "name" "APPLICATION_NAME" "value" (printf "%s-server" $root.Release.Name)) -}}
{{- $env = append $env (dict "name" "DATABASE_PASSWORD_FILE" "value" (printf "/secrets/%s" (include "lib.postgres.password" (dict "root" $root "context" (dict "part" "server" "values" .))))) -}}
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

{{- define "server.mounted-secrets" -}}
{{- $root := .root -}}
{{- $paths := values (include "server.secret-paths" . | fromJson) -}}
{{- if not (.context.postgres).host -}}
{{- $paths = append $paths "database.secrets.serverPassword" -}}
{{- end -}}
{{ include "lib.credentials.mounted" (dict "root" $root "context" (dict "paths" $paths "part" "server")) }}
{{- end -}}

{{- define "server.processes" -}}
{{- $root := .root -}}
{{- $out := dict "main" (dict "replicas" 1 "enabled" true) -}}
{{- range $name, $details := $root.Values.server.workers -}}
{{- if $details.enabled -}}
{{- $_ := set $out $name ($details | deepCopy) -}}
{{- end -}}
{{- end -}}
{{ $out | toJson }}
{{- end -}}

{{- define "server.command" -}}
{{- $process := .process -}}
{{- if eq $process "main" -}}
["python3", "-m", "server.app.main", "-c", "/conf/server.yaml"]
{{- else -}}
["python3", "-m", "server.app.worker", "-c", "/conf/server.yaml", "-c", {{ printf "/conf/worker-%s.yaml" $process | quote }}]
{{- end -}}
{{- end -}}
