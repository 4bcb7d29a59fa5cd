//! A Terraform configuration as a large installation has it, the same on every run.

use std::fmt::Write as _;
use std::path::Path;

/// Resources of one module.
pub const PER_MODULE: usize = 25;

/// Writes a root module below `dir` that calls `count` modules with [`PER_MODULE`] resources
/// each, and tells how many bytes all files have.
pub fn write(dir: &Path, count: usize) -> usize {
    let mut files = vec![
        ("terraform.tfvars".to_owned(), TFVARS.to_owned()),
        ("main.tf".to_owned(), root(count)),
        ("network/main.tf".to_owned(), NETWORK.to_owned()),
    ];
    for at in 0..count {
        files.push((format!("sites/{at}/main.tf"), site(at)));
        files.push((format!("sites/{at}/boot.sh.tftpl"), BOOT.to_owned()));
        files.push((format!("sites/{at}/values.yaml.tftpl"), VALUES.to_owned()));
    }
    let mut bytes = 0;
    for (path, text) in files {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        std::fs::write(&path, &text).expect("a file");
        bytes += text.len();
    }
    bytes
}

const TFVARS: &str = "region    = \"us-east-1\"\nrecording = true\nzones     = [\"a\", \"b\", \"c\"]\n\
tags = {\n  team  = \"collaboration\"\n  stage = \"prod\"\n}\n";

const NETWORK: &str = "variable \"region\" {}\nvariable \"zones\" {\n  type = list(string)\n}\n\n\
resource \"aws_subnet\" \"all\" {\n  for_each          = toset(var.zones)\n  availability_zone = \"${var.region}${each.key}\"\n  \
cidr_block        = cidrsubnet(\"10.0.0.0/16\", 8, index(var.zones, each.key))\n}\n\n\
output \"subnets\" {\n  value = { for zone, subnet in aws_subnet.all : zone => subnet }\n}\n";

const BOOT: &str = "#!/bin/bash\nset -e\nexport ENABLE_RECORDING=${recording ? 1 : 0}\n\
mkdir -p /opt/meet\ncat > /opt/meet/.env <<EOF\nPUBLIC_URL=https://${name}.example.org\nENABLE_AUTH=1\n\
ENABLE_RECORDING=${recording ? 1 : 0}\n%{ for key, value in tags ~}\nTAG_${upper(key)}=${value}\n%{ endfor ~}\nEOF\n\
docker run -d --env-file /opt/meet/.env -p 443:443 jitsi/web:stable-10314\n";

const VALUES: &str = "host: ${name}.example.org\nreplicaCount: ${replicas}\nmongodb:\n  enabled: true\n\
extraEnv:\n%{ for key, value in settings ~}\n  - name: ${key}\n    value: ${jsonencode(value)}\n%{ endfor ~}\n";

fn root(count: usize) -> String {
    let mut out = String::from(
        "variable \"region\" {\n  type = string\n}\n\nvariable \"recording\" {\n  type    = bool\n  default = false\n}\n\n\
         variable \"zones\" {\n  type = list(string)\n}\n\nvariable \"tags\" {\n  type = map(string)\n}\n\n\
         provider \"aws\" {\n  region = var.region\n}\n\nlocals {\n  tags = merge(var.tags, { region = var.region })\n}\n\n\
         module \"network\" {\n  source = \"./network\"\n  region = var.region\n  zones  = var.zones\n}\n",
    );
    for at in 0..count {
        let _ = write!(
            out,
            "\nmodule \"site{at}\" {{\n  source    = \"./sites/{at}\"\n  name      = \"site{at}\"\n  recording = var.recording\n  \
             subnets   = module.network.subnets\n  tags      = merge(local.tags, {{ site = \"{at}\" }})\n  \
             replicas  = {}\n}}\n",
            at % 5 + 1
        );
    }
    out
}

/// Of the resources twelve are buckets, six rules, and one each of seven others.
fn site(at: usize) -> String {
    format!(
        r#"variable "name" {{
  type = string
}}

variable "recording" {{
  type    = bool
  default = false
}}

variable "subnets" {{}}

variable "tags" {{
  type = map(string)
}}

variable "replicas" {{
  type = number
}}

locals {{
  buckets = [for month in range(1, 13) : format("%s-recordings-%02d", var.name, month)]
  ports   = {{ https = 443, http = 80, bridge = 10000, turn = 3478, turns = 5349, ssh = 22 }}
  settings = {{
    OVERWRITE_SETTING_Accounts_RegistrationForm = {at} % 2 == 0 ? "Public" : "Disabled"
    OVERWRITE_SETTING_E2E_Enable                = "true"
    INSTANCE                                    = join("-", [var.name, lower(var.tags["stage"])])
  }}
}}

resource "aws_s3_bucket" "recordings" {{
  for_each = toset(local.buckets)
  bucket   = each.key
  tags     = merge(var.tags, {{ Name = each.key }})
}}

resource "aws_security_group_rule" "open" {{
  for_each          = local.ports
  type              = "ingress"
  from_port         = each.value
  to_port           = each.value
  protocol          = each.key == "bridge" ? "udp" : "tcp"
  cidr_blocks       = each.key == "ssh" ? ["10.0.0.0/8"] : ["0.0.0.0/0"]
  security_group_id = aws_security_group.meet.id
}}

resource "aws_security_group" "meet" {{
  name = var.name
  tags = var.tags
}}

resource "aws_instance" "meet" {{
  ami           = "ami-1"
  instance_type = "c7g.large"
  subnet_id     = values(var.subnets)[0].id
  user_data = base64encode(templatefile("${{path.module}}/boot.sh.tftpl", {{
    name      = var.name
    recording = var.recording
    tags      = var.tags
  }}))
}}

resource "aws_ecs_task_definition" "web" {{
  family = var.name
  container_definitions = jsonencode([{{
    name        = "web"
    image       = "jitsi/web:stable-10314"
    environment = [for key, value in merge(var.tags, {{ ENABLE_AUTH = "1" }}) : {{ name = key, value = value }}]
  }}])
}}

resource "helm_release" "chat" {{
  name       = "${{var.name}}-chat"
  repository = "https://rocketchat.github.io/helm-charts"
  chart      = "rocketchat"
  version    = "6.19.0"
  values = [templatefile("${{path.module}}/values.yaml.tftpl", {{
    name     = var.name
    replicas = var.replicas
    settings = local.settings
  }})]
}}

resource "kubernetes_config_map_v1" "chat" {{
  metadata {{
    name = var.name
  }}
  data = local.settings
}}

resource "aws_route53_record" "meet" {{
  name    = "${{var.name}}.example.org"
  type    = "A"
  ttl     = 300
  records = [aws_instance.meet.public_ip]
}}

resource "aws_db_instance" "chat" {{
  identifier             = var.name
  engine                 = "postgres"
  instance_class         = "db.t4g.medium"
  vpc_security_group_ids = [aws_security_group.meet.id]
}}

output "address" {{
  value = aws_instance.meet.public_ip
}}
"#
    )
}
