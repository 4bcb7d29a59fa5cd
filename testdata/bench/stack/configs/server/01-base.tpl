{{- $root := .root -}}
{{- with .context -}}
server_name: {{ tpl $root.Values.serverName $root | quote }}
{{- if .ingress.host }}
public_baseurl: {{ printf "https://%s" (tpl .ingress.host $root) }}
{{- end }}
pid_file: /conf/server.pid
report_stats: {{ .reportStatistics | default false }}
{{- $pg := include "lib.postgres.arguments" (dict "root" $root "context" (dict "part" "server" "values" .)) | fromJson }}
database:
  name: psycopg2
  args:
    user: {{ $pg.user }}
    password: ${SERVER_DATABASE_PASSWORD}
    dbname: {{ $pg.database }}
    host: {{ $pg.host | quote }}
    port: {{ $pg.port }}
    sslmode: {{ $pg.sslMode }}
    application_name: ${APPLICATION_NAME}
    keepalives: 1
    keepalives_idle: 10
    keepalives_interval: 10
    keepalives_count: 3
{{- end }}
