//! Every output of one report, made by hand.

use super::{File, Format, Options, Report, Rule, write};
use crate::policy::finding::{
    Edit, Finding, Fix, Outcome, Recognised, Severity, State, TraceStep, Undecided,
};
use crate::policy::format::Lang;
use crate::trace::{Problem, Role, SourceId, Sources, Span};

const TFVARS: &str = "# Möllner Straße\r\nregion    = \"eu-central-1\"\r\nrecording = true\r\n";
const MAIN: &str = "resource \"helm_release\" \"meet\" {\n  chart = \"meet\"\n}\n";
const COMPOSE: &str = "services:\n  meet:\n    image: example/meet\n    environment:\n      STUN: stun.example.net # 100 %, a|b\n";

struct Case {
    sources: Sources,
    outcome: Outcome,
    files: Vec<File>,
    rules: Vec<Rule>,
}

fn span_of(sources: &Sources, id: SourceId, needle: &str) -> Span {
    let start = sources.get(id).text.find(needle).unwrap();
    Span::new(id, start, start + needle.len())
}

fn finding(rule: &str, concern: &str, severity: Severity, span: Span) -> Finding {
    Finding {
        rule: rule.to_owned(),
        concern: concern.to_owned(),
        severity,
        confidence: "high".to_owned(),
        product: Some(("meet".to_owned(), "Example Meet".to_owned())),
        component: Some("web".to_owned()),
        setting: Some("recording.file".to_owned()),
        state: State::Written,
        message: "File recording is on and nothing asks the participants first".to_owned(),
        reason: "Recording speech needs a ground in law before it begins. Nobody can give consent to what runs already.".to_owned(),
        help: "Ask for consent, or switch recording off: `recording = false`.".to_owned(),
        legal: vec!["GDPR Art. 6(1)(a)".to_owned(), "StGB § 201".to_owned()],
        span,
        trace: Vec::new(),
        fix: None,
        fingerprint: format!("{rule}-1"),
        deployments: vec!["prod".to_owned()],
        source: None,
    }
}

fn case() -> Case {
    let sources = Sources::new();
    let tfvars = sources.add("infra/prod.tfvars", TFVARS, Role::Settings);
    let main = sources.add("infra/main.tf", MAIN, Role::Code);
    let compose = sources.add("compose.yaml", COMPOSE, Role::Code);
    let broken = sources.add("values, old.yaml", "a: [\n", Role::Settings);

    let place = span_of(&sources, tfvars, "true");
    let mut recording = finding(
        "recording-without-consent",
        "recording",
        Severity::Error,
        place,
    );
    recording.trace = vec![
        TraceStep {
            span: span_of(&sources, main, "resource"),
            note: "helm_release.meet".to_owned(),
        },
        TraceStep {
            span: span_of(&sources, main, "chart = \"meet\""),
            note: "ENABLE_RECORDING".to_owned(),
        },
    ];
    recording.fix = Some(Fix {
        safe: true,
        edits: vec![Edit {
            span: place,
            text: "false".to_owned(),
        }],
    });
    recording.deployments.push("staging".to_owned());

    let place = span_of(&sources, compose, "stun.example.net");
    let mut stun = finding("third-party-stun", "third-party", Severity::Warning, place);
    stun.message = "STUN goes to stun.example.net: 100 % of the addresses, <all> | any".to_owned();
    stun.setting = Some("stun".to_owned());
    stun.confidence = "medium".to_owned();

    let place = span_of(&sources, compose, "meet:\n    image: example/meet");
    let mut note = finding("telemetry-on", "analytics", Severity::Note, place);
    note.state = State::Default;
    note.message = "Usage statistics are sent".to_owned();

    let outcome = Outcome {
        findings: vec![stun, note, recording],
        recognised: vec![
            recognised(
                "web",
                "compose.yaml",
                span_of(&sources, compose, "example/meet"),
            ),
            recognised("bridge", "prod", span_of(&sources, main, "\"meet\"")),
        ],
        undecided: vec![Undecided {
            product: "meet".to_owned(),
            setting: "guests".to_owned(),
            concern: "access".to_owned(),
            why: "variable \"guests\" has no value".to_owned(),
            span: Some(span_of(&sources, main, "helm_release")),
            deployment: "prod".to_owned(),
        }],
        suppressed: 1,
        notes: vec![Problem::new(
            "there is no `.env`; `.env.example` was read instead",
            None,
        )],
        problems: vec![Problem::new(
            "not closed: `[`",
            Some(Span::new(broken, 3, 4)),
        )],
        ..Outcome::default()
    };
    Case {
        sources,
        outcome,
        files: vec![
            file("compose.yaml", "compose", true),
            file("infra/main.tf", "terraform", true),
            file("infra/prod.tfvars", "tfvars", true),
            file("notes.yaml", "config", false),
        ],
        rules: vec![Rule {
            name: "recording-without-consent".to_owned(),
            concern: "recording".to_owned(),
            severity: Severity::Error,
            confidence: "high".to_owned(),
            message: "{title} is on and nothing asks the participants first".to_owned(),
            reason: "Recording speech needs a ground in law.".to_owned(),
            help: "Ask for consent.".to_owned(),
            legal: vec!["GDPR Art. 6(1)(a)".to_owned()],
        }],
    }
}

fn recognised(component: &str, deployment: &str, span: Span) -> Recognised {
    Recognised {
        product: "meet".to_owned(),
        title: "Example Meet".to_owned(),
        component: Some(component.to_owned()),
        deployment: deployment.to_owned(),
        span: Some(span),
    }
}

fn file(path: &str, kind: &'static str, read: bool) -> File {
    File {
        path: path.to_owned(),
        kind,
        read,
    }
}

fn written(case: &Case, format: Format, options: Options) -> String {
    let report = Report {
        outcome: &case.outcome,
        sources: &case.sources,
        files: &case.files,
        rules: &case.rules,
        options,
    };
    let mut out = Vec::new();
    write(format, &report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(format: Format) -> String {
    written(&case(), format, Options::default())
}

#[test]
fn human_plain() {
    let text = plain(Format::Human);
    assert!(!text.contains('\x1b'));
    insta::assert_snapshot!(text);
}

#[test]
fn human_in_german_with_notes() {
    let options = Options {
        lang: Lang::De,
        level: Some(Severity::Note),
        unicode: true,
        ..Options::default()
    };
    insta::assert_snapshot!(written(&case(), Format::Human, options));
}

#[test]
fn human_with_colors() {
    let options = Options {
        color: true,
        unicode: true,
        ..Options::default()
    };
    let text = written(&case(), Format::Human, options);
    assert!(text.contains('\x1b'));
    // A file can't bring escape sequences of its own.
    let mut case = case();
    case.outcome.findings[0].message = "\x1b[2Jgone".to_owned();
    assert!(!written(&case, Format::Human, options).contains("\x1b[2J"));
}

#[test]
fn quiet_leaves_the_summary_out() {
    let options = Options {
        quiet: true,
        ..Options::default()
    };
    let text = written(&case(), Format::Human, options);
    assert!(!text.contains("Recognised"));
    assert!(text.contains("recording-without-consent"));
}

#[test]
fn json() {
    insta::assert_snapshot!(plain(Format::Json));
}

#[test]
fn json_is_shortened_only_if_a_level_is_chosen() {
    let options = Options {
        level: Some(Severity::Error),
        ..Options::default()
    };
    let json: serde_json::Value =
        serde_json::from_str(&written(&case(), Format::Json, options)).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), 1);
    assert_eq!(json["summary"]["notes"], 1);
}

#[test]
fn github() {
    insta::assert_snapshot!(plain(Format::Github));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!(plain(Format::Gitlab));
}

#[test]
fn junit() {
    insta::assert_snapshot!(plain(Format::Junit));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(plain(Format::Markdown));
}

#[test]
fn sarif() {
    let text = plain(Format::Sarif).replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(text);
}

#[test]
fn an_empty_report_is_complete_in_all_formats() {
    let case = Case {
        sources: Sources::new(),
        outcome: Outcome::default(),
        files: Vec::new(),
        rules: Vec::new(),
    };
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
        let text = written(&case, format, Options::default());
        match format {
            Format::Json => assert!(text.contains("\"findings\": []")),
            Format::Sarif => assert!(text.contains("\"results\": []")),
            Format::Gitlab => assert_eq!(text, "[]\n"),
            Format::Github => assert_eq!(text, ""),
            _ => assert!(!text.is_empty()),
        }
    }
}

/// The standard's own schema, as a crate ships it that makes types of it.
fn official_schema() -> serde_json::Value {
    let compiler = assert_cmd::Command::new("rustc")
        .arg("-vV")
        .output()
        .unwrap();
    let compiler = String::from_utf8(compiler.stdout).unwrap();
    let host = compiler
        .lines()
        .find_map(|l| l.strip_prefix("host: "))
        .unwrap();
    // Crates of other platforms needn't be there.
    let metadata = assert_cmd::Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|p| p["name"] == "serde-sarif")
        .unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let schema = manifest.with_file_name("src").join("schema.json");
    // Two patterns hold a stray bracket that only the older grammar of JavaScript lets pass.
    let schema = std::fs::read_to_string(schema)
        .unwrap()
        .replace("]?$\"", "$\"");
    serde_json::from_str(&schema).unwrap()
}

#[test]
fn sarif_satisfies_the_official_schema() {
    let schema = official_schema();
    assert!(
        schema["$id"]
            .as_str()
            .unwrap()
            .contains("oasis-tcs/sarif-spec")
    );
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut empty = case();
    empty.outcome = Outcome::default();
    for case in [case(), empty] {
        let text = written(&case, Format::Sarif, Options::default());
        let log: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(serde_json::from_str::<serde_sarif::sarif::Sarif>(&text).is_ok());
    }
}
