{{- $root := .root -}}
{ "m.server": "{{ tpl ($root.Values.server.ingress.host | default "localhost") $root }}:443" }
