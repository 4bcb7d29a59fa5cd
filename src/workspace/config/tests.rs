use std::path::Path;

use super::{Config, Level};

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("/tree/konform.toml")).map_err(|e| e.to_string())
}

#[test]
fn everything_that_can_be_said() {
    let config = parse(
        r#"
include = ["deploy"]
exclude = ["*.example.yaml", "deploy/old/"]
allowed = ["EU", "CH"]
lang = "de"
policies = ["our-policies"]
own_hosts = ["*.example.org"]

[rules]
recording-on = "off"

[[processor]]
name = "Example Mail"
agreement = "2026-01-31"

[[deployment]]
name = "production"
chart = "charts/chat"
values = ["prod.yaml"]
set = { "a.b" = true }

[[allow]]
rule = "telemetry-on"
path = "staging/**"
reason = "no personal data there"
until = 2027-06-30
"#,
    )
    .unwrap();
    assert_eq!(config.rules["recording-on"].value, Level::Off);
    assert_eq!(config.rules["recording-on"].line, 10);
    assert_eq!(
        config.deployments[0].values[0].value,
        Path::new("/tree/prod.yaml")
    );
    assert!(config.wants(Path::new("/tree/deploy/compose.yaml")));
    assert!(!config.wants(Path::new("/tree/other/compose.yaml")));
    assert!(!config.wants(Path::new("/tree/deploy/x/values.example.yaml")));
    assert!(!config.wants(Path::new("/tree/deploy/old/compose.yaml")));
    let allow = &config.allow[0];
    assert!(allow.path.as_ref().unwrap().is_match("staging/web/.env"));
    assert_eq!(allow.until.unwrap().to_string(), "2027-06-30");
}

#[test]
fn mistakes_are_reported_at_their_line() {
    let unknown = parse("lang = \"en\"\nalowed = [\"EU\"]\n").unwrap_err();
    assert!(
        unknown.starts_with("/tree/konform.toml:2: unknown field `alowed`"),
        "{unknown}"
    );
    let level = parse("[rules]\n\nx = \"on\"\n").unwrap_err();
    assert_eq!(
        level,
        "/tree/konform.toml:3: `on` is none of `off`, `note`, `warning`, `error`"
    );
    let date = parse("[[processor]]\nname = \"a\"\nagreement = \"soon\"\n").unwrap_err();
    assert_eq!(
        date,
        "/tree/konform.toml:3: `soon` is not a date like 2026-01-31"
    );
    let reason = parse("[[allow]]\nrule = \"x\"\nreason = \" \"\n").unwrap_err();
    assert_eq!(reason, "/tree/konform.toml:3: an exception needs a reason");
    assert!(
        parse("include = [\"a[\"]")
            .unwrap_err()
            .contains("is not a glob")
    );
    assert!(
        parse("= 3")
            .unwrap_err()
            .starts_with("/tree/konform.toml:1: ")
    );
}
