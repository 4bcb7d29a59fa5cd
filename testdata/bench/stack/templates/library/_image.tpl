{{- /* Shared by all parts: image. */ -}}

{{- define "lib.image.reference" -}}
{{- $root := .root -}}
{{- with required "lib.image.reference needs a context" .context -}}
{{- $registry := tpl (.registry | default $root.Values.image.registry) $root -}}
{{- $repository := tpl (required "an image needs a repository" .repository) $root -}}
{{- if .digest -}}
{{ printf "%s/%s@%s" $registry $repository .digest }}
{{- else -}}
{{ printf "%s/%s:%s" $registry $repository (required (printf "%s needs a tag or a digest" $repository) .tag) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.image.lines" -}}
{{- $root := .root -}}
{{- with required "lib.image.lines needs a context" .context -}}
image: {{ include "lib.image.reference" (dict "root" $root "context" .) | quote }}
{{- with .pullPolicy | default $root.Values.image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- else }}
imagePullPolicy: {{ empty .digest | ternary "Always" "IfNotPresent" }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.image.pull-secrets" -}}
{{- $root := .root -}}
{{- with required "lib.image.pull-secrets needs a context" .context -}}
{{- $secrets := list -}}
{{- range concat ($root.Values.imagePullSecrets | default list) ((.image.pullSecrets) | default list) -}}
{{- $secrets = append $secrets (dict "name" (tpl .name $root)) -}}
{{- end -}}
{{- with ($secrets | uniq) -}}
imagePullSecrets:
{{ toYaml . }}
{{- end -}}
{{- end -}}
{{- end -}}
