{{- /* Shared by all parts: credentials. */ -}}

{{- define "lib.credentials.check" -}}
{{- $root := .root -}}
{{- with required "lib.credentials.check needs a context" .context -}}
{{- $path := .path -}}
{{- $found := (include "lib.names.path" (dict "values" $root.Values "path" $path) | fromJson).found -}}
{{- if $found -}}
{{- if and $found.value $found.secret -}}
{{- fail (printf "%s has a value and the name of a secret; one of them is enough" $path) -}}
{{- end -}}
{{- if and $found.secret (not $found.secretKey) -}}
{{- fail (printf "%s names a secret and not the key in it" $path) -}}
{{- end -}}
{{- else if not (and .mayBeMade $root.Values.secretsJob.enabled) -}}
{{- fail (printf "%s is needed, since secretsJob is off or can't make it" $path) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.credentials.secret" -}}
{{- $root := .root -}}
{{- with required "lib.credentials.secret needs a context" .context -}}
{{- $found := (include "lib.names.path" (dict "values" $root.Values "path" .path) | fromJson).found -}}
{{- if not $found -}}
{{ printf "%s-generated" $root.Release.Name }}
{{- else if $found.value -}}
{{ printf "%s-%s" $root.Release.Name .part }}
{{- else -}}
{{ tpl $found.secret $root }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.credentials.key" -}}
{{- $root := .root -}}
{{- with required "lib.credentials.key needs a context" .context -}}
{{- $found := (include "lib.names.path" (dict "values" $root.Values "path" .path) | fromJson).found -}}
{{- if not $found -}}
{{ .made }}
{{- else if $found.value -}}
{{ .own }}
{{- else -}}
{{ tpl $found.secretKey $root }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.credentials.path" -}}
{{ include "lib.credentials.secret" . }}/{{ include "lib.credentials.key" . }}
{{- end -}}

{{- define "lib.credentials.data" -}}
{{- $root := .root -}}
{{- with required "lib.credentials.data needs a context" .context -}}
{{- $part := .part -}}
{{- range $key, $path := .paths -}}
{{- include "lib.credentials.check" (dict "root" $root "context" (dict "path" $path "mayBeMade" true)) -}}
{{- $found := (include "lib.names.path" (dict "values" $root.Values "path" $path) | fromJson).found -}}
{{- if $found -}}
{{- with $found.value }}
{{ $key }}: {{ tpl . $root | b64enc }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.credentials.mounted" -}}
{{- $root := .root -}}
{{- with required "lib.credentials.mounted needs a context" .context -}}
{{- $names := list -}}
{{- range $path := .paths -}}
{{- $names = append $names (include "lib.credentials.secret" (dict "root" $root "context" (dict "path" $path "part" $.context.part))) -}}
{{- end -}}
{{ dict "names" ($names | uniq | sortAlpha) | toJson }}
{{- end -}}
{{- end -}}
