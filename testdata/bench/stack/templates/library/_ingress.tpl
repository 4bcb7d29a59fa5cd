{{- /* Shared by all parts: ingress. */ -}}

{{- define "lib.ingress.class" -}}
{{- $root := .root -}}
{{- with required "lib.ingress.class needs a context" .context -}}
{{- with .className | default $root.Values.ingress.className -}}
ingressClassName: {{ . | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.ingress.annotations" -}}
{{- $root := .root -}}
{{- with required "lib.ingress.annotations needs a context" .context -}}
{{- $all := mustMergeOverwrite dict (($root.Values.ingress.annotations | default dict) | deepCopy) ((.annotations | default dict) | deepCopy) -}}
{{- if and $root.Values.certManager (not .tlsSecret) (.tlsEnabled | default $root.Values.ingress.tlsEnabled) -}}
{{- with $root.Values.certManager.clusterIssuer -}}
{{- $_ := set $all "cert-manager.io/cluster-issuer" . -}}
{{- end -}}
{{- with $root.Values.certManager.issuer -}}
{{- $_ := set $all "cert-manager.io/issuer" . -}}
{{- end -}}
{{- end -}}
{{- with $all -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.ingress.tls" -}}
{{- $root := .root -}}
{{- with required "lib.ingress.tls needs a context" .context -}}
{{- $enabled := $root.Values.ingress.tlsEnabled -}}
{{- if not (kindIs "invalid" .ingress.tlsEnabled) -}}
{{- $enabled = .ingress.tlsEnabled -}}
{{- end -}}
{{- if $enabled -}}
{{- $made := printf "%s-%s-tls" $root.Release.Name .name -}}
tls:
- hosts:
  - {{ tpl .ingress.host $root | quote }}
  {{- if $root.Values.certManager }}
  secretName: {{ tpl (.ingress.tlsSecret | default $made) $root }}
  {{- else }}
  {{- with .ingress.tlsSecret | default $root.Values.ingress.tlsSecret }}
  secretName: {{ tpl . $root }}
  {{- end }}
  {{- end }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lib.ingress.paths" -}}
{{- $root := .root -}}
{{- with required "lib.ingress.paths needs a context" .context -}}
{{- $name := .name -}}
{{- range $path := .paths }}
- path: {{ $path }}
  pathType: Prefix
  backend:
    service:
      name: {{ printf "%s-%s" $root.Release.Name $name }}
      port:
        name: http
{{- end }}
{{- range $extra := (.ingress.additionalPaths | default list) }}
- path: {{ $extra.path }}
  pathType: {{ $extra.pathType | default "Prefix" }}
  backend:
    service:
      name: {{ tpl $extra.service.name $root }}
      port:
        {{- toYaml $extra.service.port | nindent 8 }}
{{- end }}
{{- end -}}
{{- end -}}
