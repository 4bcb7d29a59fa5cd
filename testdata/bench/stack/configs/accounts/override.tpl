{{- $root := .root -}}
{{- with .context -}}
secrets:
  encryptionsecret_file: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "accounts.secrets.encryptionSecret" "part" "accounts" "made" "ACCOUNTS_ENCRYPTIONSECRET" "own" "encryptionSecret")) }}
  rsakey_file: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "accounts.secrets.rsaKey" "part" "accounts" "made" "ACCOUNTS_RSAKEY" "own" "rsaKey")) }}
  ecdsakey_file: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "accounts.secrets.ecdsaKey" "part" "accounts" "made" "ACCOUNTS_ECDSAKEY" "own" "ecdsaKey")) }}
{{- if .postgres }}
{{- $pg := include "lib.postgres.arguments" (dict "root" $root "context" (dict "part" "accounts" "values" .)) | fromJson }}
database:
  uri: {{ printf "postgresql://%s:${DATABASE_PASSWORD}@%s:%v/%s?sslmode=%s" $pg.user $pg.host $pg.port $pg.database $pg.sslMode | quote }}
  max_connections: {{ .postgres.connections | default 10 }}
{{- end }}
features:
{{- range $feature, $on := .features }}
  {{ $feature | snakecase }}: {{ $on }}
{{- end }}
{{- end }}
