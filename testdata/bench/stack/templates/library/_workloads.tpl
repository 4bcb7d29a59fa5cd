{{- /* Shared by all parts: workloads. */ -}}

{{- define "lib.workloads.spec" -}}
{{- $root := .root -}}
{{- with required "lib.workloads.spec needs a context" .context -}}
{{- if ne .kind "Job" -}}
replicas: {{ kindIs "invalid" .values.replicas | ternary 1 .values.replicas }}
selector:
  matchLabels:
    {{- include "lib.labels.selector" (dict "root" $root "context" (dict "name" .name "process" .process)) | nindent 4 }}
{{- end }}
{{- if eq .kind "Deployment" }}
strategy:
  type: RollingUpdate
  rollingUpdate:
    {{- if gt (.values.replicas | default 1 | int) 1 }}
    maxUnavailable: 1
    {{- else }}
    maxUnavailable: 0
    maxSurge: 2
    {{- end }}
{{- else if eq .kind "StatefulSet" }}
serviceName: {{ include "lib.names.full" (dict "root" $root "context" (dict "name" .name)) }}
podManagementPolicy: Parallel
updateStrategy:
  type: RollingUpdate
{{- else }}
backoffLimit: 6
completionMode: NonIndexed
completions: 1
manualSelector: false
parallelism: 1
podReplacementPolicy: TerminatingOrFailed
ttlSecondsAfterFinished: {{ .values.keepFor | default 600 }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "lib.workloads.volumes" -}}
{{- $root := .root -}}
{{- with required "lib.workloads.volumes needs a context" .context -}}
volumes:
{{- with .configMap }}
- name: templates
  configMap:
    name: {{ . }}
    defaultMode: 420
{{- end }}
{{- range $at, $secret := (.secrets | default list) }}
- name: {{ printf "secret-%d" $at }}
  secret:
    secretName: {{ $secret }}
{{- end }}
- name: rendered
  emptyDir:
    medium: Memory
{{- with .storage }}
- name: data
  persistentVolumeClaim:
    claimName: {{ . }}
{{- end }}
{{- with (.values.extraVolumes | default list) }}
{{ tpl (toYaml .) $root }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "lib.workloads.mounts" -}}
{{- $root := .root -}}
{{- with required "lib.workloads.mounts needs a context" .context -}}
volumeMounts:
{{- range $at, $secret := (.secrets | default list) }}
- mountPath: {{ printf "/secrets/%s" $secret }}
  name: {{ printf "secret-%d" $at }}
  readOnly: true
{{- end }}
- mountPath: /conf
  name: rendered
  readOnly: true
{{- if .storage }}
- mountPath: {{ .storageAt | default "/data" }}
  name: data
  readOnly: false
{{- end }}
{{- with (.values.extraVolumeMounts | default list) }}
{{ toYaml . }}
{{- end }}
{{- end -}}
{{- end -}}
