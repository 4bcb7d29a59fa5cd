//! A tree as repositories have it, the same on every run.

use std::fmt::Write as _;
use std::path::Path;

/// Writes `count` files below `dir` and tells how many bytes they have.
///
/// Of ten files three are manifests, two Compose projects with a `.env` each, two Terraform, one a values file.
pub fn tree(dir: &Path, count: usize) -> usize {
    let mut bytes = 0;
    for at in 0..count {
        let group = at / 10;
        let (path, text) = match at % 10 {
            0 | 5 => (
                format!("compose/{group}-{}/compose.yaml", at % 10),
                compose(),
            ),
            1 | 6 => (format!("compose/{group}-{}/.env", at % 10 - 1), dotenv(at)),
            2 => (format!("terraform/{group}/main.tf"), terraform()),
            7 => (format!("terraform/{group}/prod.tfvars"), tfvars(at)),
            3 => (format!("charts/{group}/values-prod.yaml"), values(at)),
            kind => (format!("k8s/{group}/{kind}.yaml"), manifests(at)),
        };
        let path = dir.join(path);
        let folder = path.parent().expect("in the folder");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(&path, &text).expect("a file");
        bytes += text.len();
    }
    bytes
}

/// `0` or `1`, spread over the files.
fn bit(at: usize, which: u32) -> usize {
    (at.wrapping_mul(2_654_435_761) >> (which % 16 + 4)) & 1
}

fn compose() -> String {
    let mut out = String::from("services:\n");
    for (service, image) in [
        ("web", "web"),
        ("xmpp", "prosody"),
        ("focus", "jicofo"),
        ("bridge", "jvb"),
    ] {
        let _ = write!(
            out,
            "  {service}:\n    image: jitsi/{image}:stable-10314\n    restart: unless-stopped\n    environment:\n"
        );
        for name in [
            "ENABLE_AUTH",
            "ENABLE_RECORDING",
            "ENABLE_TRANSCRIPTIONS",
            "JVB_STUN_SERVERS",
            "P2P_STUN_SERVERS",
            "PUBLIC_URL",
        ] {
            let _ = writeln!(out, "      {name}: ${{{name}:-}}");
        }
    }
    out.push_str(
        "  db:\n    image: postgres:17\n    volumes: [\"./data:/var/lib/postgresql/data\"]\n",
    );
    out
}

fn dotenv(at: usize) -> String {
    format!(
        "# Settings of installation {at}\nENABLE_AUTH={}\nENABLE_RECORDING={}\nENABLE_TRANSCRIPTIONS={}\n\
         JVB_STUN_SERVERS=stun{at}.example.org:3478\nP2P_STUN_SERVERS=stun.l.google.com:19302\nPUBLIC_URL=https://meet{at}.example.org\n",
        bit(at, 1),
        bit(at, 2),
        bit(at, 3),
    )
}

fn terraform() -> String {
    "variable \"region\" {\n  type    = string\n  default = \"eu-central-1\"\n}\n\nvariable \"recording\" {\n  type    = bool\n  default = false\n}\n\n\
     provider \"aws\" {\n  region = var.region\n}\n\nlocals {\n  name = \"meet-${var.region}\"\n}\n\n\
     resource \"aws_s3_bucket\" \"recordings\" {\n  bucket = \"${local.name}-recordings\"\n}\n\n\
     resource \"aws_instance\" \"meet\" {\n  instance_type = \"c7g.large\"\n  ami           = \"ami-1\"\n  user_data     = <<-EOT\n    #!/bin/sh\n    \
     docker run -d -e ENABLE_RECORDING=${var.recording ? 1 : 0} -e ENABLE_AUTH=1 jitsi/web:stable-10314\n  EOT\n}\n"
        .to_owned()
}

fn tfvars(at: usize) -> String {
    let region = ["eu-central-1", "us-east-1"][bit(at, 4)];
    format!(
        "region    = \"{region}\"\nrecording = {}\n",
        bit(at, 5) == 1
    )
}

fn values(at: usize) -> String {
    format!(
        "host: chat{at}.example.org\nmongodb:\n  enabled: true\nmicroservices:\n  enabled: false\nextraEnv:\n  \
         - name: OVERWRITE_SETTING_Accounts_RegistrationForm\n    value: {}\n  - name: OVERWRITE_SETTING_E2E_Enable\n    value: \"{}\"\n\
         ingress:\n  enabled: true\n",
        ["Public", "Disabled"][bit(at, 6)],
        bit(at, 7) == 1,
    )
}

fn manifests(at: usize) -> String {
    let mut out = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: chat, namespace: n{at}}}\ndata:\n  homeserver.yaml: |\n    \
         server_name: n{at}.example.org\n    report_stats: {}\n    enable_registration: {}\n    pid_file: /data/homeserver.pid\n",
        bit(at, 8) == 1,
        bit(at, 9) == 1,
    );
    let _ = write!(
        out,
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: chat, namespace: n{at}}}\nspec:\n  template:\n    metadata: {{labels: {{app: chat}}}}\n    \
         spec:\n      containers:\n        - name: chat\n          image: matrixdotorg/synapse:v1.130.0\n          volumeMounts:\n            - {{name: conf, mountPath: /data}}\n      \
         volumes:\n        - name: conf\n          configMap: {{name: chat}}\n"
    );
    for other in 0..4 {
        let _ = write!(
            out,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: other{other}, namespace: n{at}}}\nspec:\n  template:\n    metadata: {{labels: {{app: other{other}}}}}\n    \
             spec:\n      containers:\n        - name: main\n          image: registry.example.org/team/other{other}:1.{at}\n          env:\n            - {{name: LEVEL, value: info}}\n            \
             - name: PASSWORD\n              valueFrom: {{secretKeyRef: {{name: other, key: password}}}}\n"
        );
    }
    out
}
