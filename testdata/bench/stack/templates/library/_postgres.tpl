{{- /* Shared by all parts: postgres. */ -}}

{{- define "lib.postgres.arguments" -}}
{{- $root := .root -}}
{{- with required "lib.postgres.arguments needs a context" .context -}}
{{- $part := .part -}}
{{- $out := dict -}}
{{- if (.values.postgres).host -}}
{{- with .values.postgres -}}
{{- $_ := set $out "host" (tpl .host $root) -}}
{{- $_ := set $out "port" (.port | default 5432) -}}
{{- $_ := set $out "user" (tpl .user $root) -}}
{{- $_ := set $out "database" (tpl .database $root) -}}
{{- $_ := set $out "sslMode" (.sslMode | default "prefer") -}}
{{- end -}}
{{- else if $root.Values.database.enabled -}}
{{- $_ := set $out "host" (include "lib.names.host" (dict "root" $root "context" (dict "name" "database"))) -}}
{{- $_ := set $out "port" 5432 -}}
{{- $_ := set $out "user" (printf "%s_user" $part) -}}
{{- $_ := set $out "database" $part -}}
{{- $_ := set $out "sslMode" "prefer" -}}
{{- else -}}
{{- fail (printf "%s.postgres is needed, since the chart's own database is off" $part) -}}
{{- end -}}
{{- $out | toJson -}}
{{- end -}}
{{- end -}}

{{- define "lib.postgres.password" -}}
{{- $root := .root -}}
{{- with required "lib.postgres.password needs a context" .context -}}
{{- if (.values.postgres).host -}}
{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" (printf "%s.postgres.password" .part) "part" .part "made" "POSTGRES_PASSWORD" "own" "POSTGRES_PASSWORD")) }}
{{- else -}}
{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" (printf "database.secrets.%sPassword" .part) "part" "database" "made" (printf "POSTGRES_%s" (upper .part)) "own" (printf "%sPassword" .part))) }}
{{- end -}}
{{- end -}}
{{- end -}}
