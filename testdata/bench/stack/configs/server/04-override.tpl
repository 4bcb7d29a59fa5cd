{{- $root := .root -}}
{{- with .context -}}
signing_key_path: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "server.secrets.signingKey" "part" "server" "made" "SERVER_SIGNING_KEY" "own" "signingKey")) }}
registration_shared_secret_path: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "server.secrets.registrationSecret" "part" "server" "made" "SERVER_REGISTRATION_SECRET" "own" "registrationSecret")) }}
macaroon_secret_key_path: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "server.secrets.macaroonKey" "part" "server" "made" "SERVER_MACAROON_KEY" "own" "macaroonKey")) }}
enable_registration: {{ .registration.enabled | default false }}
allow_guest_access: {{ .registration.guests | default false }}
{{- if $root.Values.accounts.enabled }}
matrix_authentication_service:
  enabled: true
  endpoint: http://{{ include "lib.names.host" (dict "root" $root "context" (dict "name" "accounts")) }}:8081/
  secret_path: /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "accounts.secrets.encryptionSecret" "part" "accounts" "made" "ACCOUNTS_ENCRYPTION_SECRET" "own" "encryptionSecret")) }}
{{- end }}
{{- if $root.Values.media.enabled }}
max_event_delay_duration: 24h
rc_message:
  per_second: 0.5
  burst_count: 30
{{- end }}
{{- if $root.Values.bridge.enabled }}
app_service_config_files:
- /secrets/{{ include "lib.credentials.path" (dict "root" $root "context" (dict "path" "bridge.secrets.registration" "part" "bridge" "made" "BRIDGE_REGISTRATION" "own" "registration")) }}
{{- end }}
log_config: /conf/log.yaml
send_federation: {{ has "sender" (keys .workers) | ternary false true }}
{{- end }}
