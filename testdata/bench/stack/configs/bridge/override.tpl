{{- $root := .root -}}
{{- with .context -}}
secrets:
  passkey_file: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "bridge.secrets.passkey" "part" "bridge" "made" "BRIDGE_PASSKEY" "own" "passkey")) }}
  registration_file: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "bridge.secrets.registration" "part" "bridge" "made" "BRIDGE_REGISTRATION" "own" "registration")) }}
{{- if .postgres }}
{{- $pg := include "lib.postgres.arguments" (dict "root" $root "context" (dict "part" "bridge" "values" .)) | fromJson }}
database:
  uri: {{ printf "postgresql://%s:${DATABASE_PASSWORD}@%s:%v/%s?sslmode=%s" $pg.user $pg.host $pg.port $pg.database $pg.sslMode | quote }}
  max_connections: {{ .postgres.connections | default 10 }}
{{- end }}
features:
{{- range $feature, $on := .features }}
  {{ $feature | snakecase }}: {{ $on }}
{{- end }}
{{- end }}
