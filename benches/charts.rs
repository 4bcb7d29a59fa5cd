//! Charts as large as real ones and built in the same ways, the same on every run.

use std::fmt::Write as _;
use std::path::Path;

/// How large a chart is.
pub struct Shape {
    /// The chart's name.
    pub name: &'static str,
    /// How many components it has; each brings a workload, a config map, a secret, a service,
    /// an ingress and an account.
    pub components: usize,
    /// Further lines of documented defaults for each component.
    pub extras: usize,
    /// Sets of values in `ci/`.
    pub overlays: usize,
    /// Whether there is a schema of the values.
    pub schema: bool,
}

/// A stack of many servers, with a schema and many sets of values.
pub const STACK: Shape = Shape {
    name: "stack",
    components: 16,
    extras: 60,
    overlays: 75,
    schema: true,
};

/// One application of a few parts.
pub const MEET: Shape = Shape {
    name: "meet",
    components: 6,
    extras: 40,
    overlays: 4,
    schema: false,
};

const HELPERS: &str = r#"
{{- define "lib.name" -}}
{{- printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "lib.safe" -}}
{{- if . -}}{{ . | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}{{- end -}}
{{- end -}}
{{- define "lib.labels" -}}
{{- $labels := dict -}}
{{- $labels = mustMergeOverwrite $labels (.root.Values.labels | deepCopy) -}}
{{- $labels = mustMergeOverwrite $labels (.context.labels | deepCopy) -}}
{{- $labels = unset $labels "app.kubernetes.io/name" -}}
{{- with $labels }}{{ toYaml . }}
{{ end -}}
helm.sh/chart: {{ include "lib.safe" (printf "%v-%v" .root.Chart.Name .root.Chart.Version) }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ include "lib.name" (dict "root" .root "name" .name) }}
{{- end -}}
{{- define "lib.overrides" -}}
{{- $out := dict "processes" (dict "main" dict) -}}
{{- range $name, $on := .context.workers }}{{ if $on }}
{{- $_ := set $out.processes $name (dict "replicas" (add 1 (len $name))) -}}
{{- end }}{{ end -}}
{{- $out | toJson -}}
{{- end -}}
{{- define "lib.config" -}}
server:
  name: {{ tpl .context.host .root | quote }}
  listeners:
{{- range $i, $port := .context.ports }}
  - port: {{ $port }}
    name: {{ printf "port-%d" $i | quote }}
    tls: {{ ternary "on" "off" $.context.tls.enabled }}
{{- end }}
features:
{{- range $key, $value := .context.features }}
  {{ $key }}: {{ $value }}
{{- end }}
{{ tpl .context.additional .root }}
{{- end -}}
{{- define "lib.env" -}}
{{- $env := mergeOverwrite (dict) (.root.Values.env | deepCopy) (.context.env | deepCopy) -}}
{{- range $key, $value := $env }}
- name: {{ $key }}
  value: {{ tpl (toString $value) $.root | quote }}
{{- end }}
{{- end -}}
{{- define "lib.pod" -}}
template:
  metadata:
    labels:
      {{- include "lib.labels" . | nindent 6 }}
    annotations:
      checksum/config: {{ include "lib.config" . | sha256sum }}
  spec:
    serviceAccountName: {{ include "lib.name" . }}
    {{- with .context.podSecurityContext }}
    securityContext:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    containers:
    - name: {{ .name }}
      image: "{{ .context.image.registry }}/{{ .context.image.repository }}:{{ .context.image.tag | default .root.Chart.AppVersion }}"
      env:
        {{- include "lib.env" . | nindent 6 }}
      {{- if .context.ports }}
      ports:
      {{- range $i, $port := .context.ports }}
      - containerPort: {{ $port }}
        name: port-{{ $i }}
      {{- end }}
      {{- end }}
      resources:
        {{- toYaml .context.resources | nindent 8 }}
      volumeMounts:
      - mountPath: /conf
        name: config
    volumes:
    - name: config
      configMap:
        name: {{ include "lib.name" . }}
{{- end -}}
"#;

const WORKLOAD: &str = r#"{{- with .Values.COMPONENT -}}
{{- if .enabled -}}
{{- $over := include "lib.overrides" (dict "root" $ "context" .) | fromJson }}
{{- range $process, $details := $over.processes }}
{{- with mustMergeOverwrite ($.Values.COMPONENT | deepCopy) ($details | deepCopy) (dict "process" $process) }}
{{- $here := dict "root" $ "context" . "name" (printf "COMPONENT-%s" .process) }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "lib.name" $here }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "lib.labels" $here | nindent 4 }}
spec:
  replicas: {{ .replicas | default 1 }}
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ include "lib.name" $here }}
  {{- include "lib.pod" $here | nindent 2 }}
---
{{- end }}
{{- end }}
{{- end }}
{{- end }}
"#;

const OBJECTS: &[(&str, &str)] = &[
    (
        "configmap",
        "kind: ConfigMap\ndata:\n  config.yaml: |\n    {{- include \"lib.config\" $here | nindent 4 }}\n",
    ),
    (
        "secret",
        "kind: Secret\ntype: Opaque\ndata:\n  {{- range $key, $value := .secrets }}\n  {{ $key }}: {{ $value | b64enc | quote }}\n  {{- end }}\n",
    ),
    (
        "service",
        "kind: Service\nspec:\n  type: {{ .service.type }}\n  ports:\n  {{- range $i, $port := .ports }}\n  - port: {{ $port }}\n    name: port-{{ $i }}\n  {{- end }}\n",
    ),
    (
        "ingress",
        "kind: Ingress\nspec:\n  {{- if .tls.enabled }}\n  tls:\n  - hosts:\n    - {{ tpl .host $ | quote }}\n    secretName: {{ .tls.secret | default (include \"lib.name\" $here) }}\n  {{- end }}\n  rules:\n  - host: {{ tpl .host $ | quote }}\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: {{ include \"lib.name\" $here }}\n            port:\n              name: port-0\n",
    ),
    (
        "account",
        "kind: ServiceAccount\nautomountServiceAccountToken: false\n",
    ),
];

fn object(component: &str, body: &str) -> String {
    format!(
        "{{{{- with .Values.{component} -}}}}\n{{{{- if .enabled -}}}}\n{{{{- $here := dict \"root\" $ \"context\" . \"name\" \"{component}\" }}}}\napiVersion: v1\nmetadata:\n  name: {{{{ include \"lib.name\" $here }}}}\n  namespace: {{{{ $.Release.Namespace }}}}\n  labels:\n    {{{{- include \"lib.labels\" $here | nindent 4 }}}}\n{body}{{{{- end }}}}\n{{{{- end }}}}\n"
    )
}

fn defaults(shape: &Shape) -> String {
    let mut out = String::from("labels: {}\nenv:\n  TZ: UTC\ndomain: example.org\n");
    for i in 0..shape.components {
        let on = i < 3;
        let _ = write!(
            out,
            "## Component {i}.\npart{i}:\n  enabled: {on}\n  labels: {{}}\n  host: 'part{i}.{{{{ .Values.domain }}}}'\n  image:\n    registry: registry.example\n    repository: some/part{i}\n    tag: ''\n  replicas: 1\n  ports: [80, 8008, 9090]\n  tls:\n    enabled: true\n    secret: ''\n  service:\n    type: ClusterIP\n  workers:\n    first: true\n    second: false\n    third: false\n  features:\n    guests: false\n    recording: true\n    federation: false\n  secrets:\n    key: change-me\n  additional: |\n    limits:\n      size: 50M\n  podSecurityContext:\n    runAsNonRoot: true\n    runAsUser: 10001\n    fsGroup: 10001\n  resources:\n    requests:\n      memory: 100Mi\n      cpu: 50m\n    limits:\n      memory: 4Gi\n  env:\n    ENABLE_RECORDING: 'false'\n    PUBLIC_URL: 'https://part{i}.{{{{ .Values.domain }}}}'\n  extras:\n"
        );
        for extra in 0..shape.extras {
            let _ = write!(
                out,
                "    ## What setting {extra} is good for, in a sentence or two\n    ## over several lines.\n    setting{extra}:\n      value: some-default-{extra}\n      secretKey:\n      # size: 12\n"
            );
        }
    }
    out
}

fn schema(shape: &Shape) -> String {
    let setting = r#"{"type":"object","properties":{"value":{"type":"string"},"secret":{"type":"string"},"secretKey":{"type":["string","null"]}},"oneOf":[{"required":["value"],"not":{"required":["secret"]}},{"required":["secret","secretKey"]}]}"#;
    let mut parts = Vec::new();
    for i in 0..shape.components {
        let extras: Vec<String> = (0..shape.extras)
            .map(|e| format!("\"setting{e}\": {setting}"))
            .collect();
        parts.push(format!(
            "\"part{i}\": {{\"type\": \"object\", \"properties\": {{\"enabled\": {{\"type\": \"boolean\"}}, \"host\": {{\"type\": \"string\"}}, \"extras\": {{\"type\": \"object\", \"properties\": {{{}}}}}}}}}",
            extras.join(",\n")
        ));
    }
    format!(
        "{{\"type\": \"object\", \"properties\": {{{}}}}}\n",
        parts.join(",\n")
    )
}

/// The values of one overlay; some overlays come to the same.
fn overlay(shape: &Shape, at: usize) -> String {
    let mut out = format!("domain: site{}.example\n", at % 60);
    for i in 0..shape.components {
        if (at + i).is_multiple_of(3) {
            let _ = write!(
                out,
                "part{i}:\n  enabled: true\n  env:\n    ENABLE_RECORDING: 'true'\n  workers:\n    second: true\n    third: {}\n",
                at.is_multiple_of(2)
            );
        }
    }
    out
}

/// Writes the chart to `dir`.
pub fn write(dir: &Path, shape: &Shape) {
    let put = |path: &str, text: &str| {
        let path = dir.join(path);
        let folder = path.parent().expect("in the folder");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(&path, text).expect("a file");
    };
    let meta = format!(
        "apiVersion: v2\nname: {}\nversion: 1.2.3\nappVersion: 4.5.6\n",
        shape.name
    );
    put("Chart.yaml", &meta);
    put("values.yaml", &defaults(shape));
    put("templates/_helpers.tpl", HELPERS);
    if shape.schema {
        put("values.schema.json", &schema(shape));
    }
    for i in 0..shape.components {
        let name = format!("part{i}");
        let workload = WORKLOAD.replace("COMPONENT", &name);
        put(&format!("templates/{name}/deployment.yaml"), &workload);
        for (kind, body) in OBJECTS {
            put(
                &format!("templates/{name}/{kind}.yaml"),
                &object(&name, body),
            );
        }
    }
    for at in 0..shape.overlays {
        put(&format!("ci/set{at:02}-values.yaml"), &overlay(shape, at));
    }
}
