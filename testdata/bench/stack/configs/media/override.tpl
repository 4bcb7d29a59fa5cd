{{- $root := .root -}}
{{- with .context -}}
secrets:
  apisecret_file: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "media.secrets.apiSecret" "part" "media" "made" "MEDIA_APISECRET" "own" "apiSecret")) }}
{{- if .postgres }}
{{- $pg := include "lib.postgres.arguments" (dict "root" $root "context" (dict "part" "media" "values" .)) | fromJson }}
database:
  uri: {{ printf "postgresql://%s:${DATABASE_PASSWORD}@%s:%v/%s?sslmode=%s" $pg.user $pg.host $pg.port $pg.database $pg.sslMode | quote }}
  max_connections: {{ .postgres.connections | default 10 }}
{{- end }}
features:
{{- range $feature, $on := .features }}
  {{ $feature | snakecase }}: {{ $on }}
{{- end }}
{{- end }}
