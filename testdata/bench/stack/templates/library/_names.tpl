{{- /* Shared by all parts: names. */ -}}

{{- define "lib.names.full" -}}
{{- $root := .root -}}
{{- with required "lib.names.full needs a context" .context -}}
{{- printf "%s-%s" $root.Release.Name .name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "lib.names.account" -}}
{{- $root := .root -}}
{{- with required "lib.names.account needs a context" .context -}}
{{- if .serviceAccount.create -}}
{{ tpl (.serviceAccount.name | default (include "lib.names.full" (dict "root" $root "context" (dict "name" .part)))) $root }}
{{- else -}}
{{ tpl (required (printf "%s.serviceAccount.name is needed where none is made" .part) .serviceAccount.name) $root }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.names.host" -}}
{{- $root := .root -}}
{{- with required "lib.names.host needs a context" .context -}}
{{ printf "%s-%s.%s.svc.%s" $root.Release.Name .name $root.Release.Namespace $root.Values.clusterDomain }}
{{- end -}}
{{- end -}}

{{- define "lib.names.path" -}}
{{- $at := .values -}}
{{- range $part := splitList "." .path -}}
{{- if kindIs "map" $at -}}
{{- $at = (index $at $part) -}}
{{- else -}}
{{- $at = "" -}}
{{- end -}}
{{- end -}}
{{- dict "found" $at | toJson -}}
{{- end -}}
