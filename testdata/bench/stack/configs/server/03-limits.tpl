{{- with .context -}}
{{- range $name, $limit := .limits }}
rc_{{ $name | snakecase }}:
  per_second: {{ $limit.perSecond }}
  burst_count: {{ $limit.burst }}
{{- end }}
max_upload_size: {{ .media.maxUploadSize }}
media_store_path: {{ .media.path | default "/data/media" }}
event_cache_size: 30K
caches:
  global_factor: {{ .cacheFactor | default 0.5 }}
  expire_caches: true
  cache_entry_ttl: 30m
{{- end }}
