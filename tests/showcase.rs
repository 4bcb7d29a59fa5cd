//! The showcase: five products, each deployed in another way, and what is found there.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn showcase() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/showcase")
}

fn report() -> Value {
    let output = assert_cmd::Command::cargo_bin("konform")
        .unwrap()
        .current_dir(showcase())
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Rule, file, line of all findings.
fn findings(report: &Value) -> BTreeSet<(String, String, u64)> {
    let all = report["findings"].as_array().unwrap().iter();
    all.map(|f| {
        (
            f["rule"].as_str().unwrap().to_owned(),
            f["location"]["path"].as_str().unwrap().to_owned(),
            f["location"]["start"]["line"].as_u64().unwrap(),
        )
    })
    .collect()
}

#[test]
fn each_concern_has_a_finding_and_each_product_is_recognised() {
    let report = report();
    assert_eq!(report["problems"].as_array().unwrap().len(), 0);
    let of_weight: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["severity"] != "note")
        .collect();
    assert!(of_weight.len() >= 15);
    let concerns: BTreeSet<&str> = of_weight
        .iter()
        .filter_map(|f| f["concern"].as_str())
        .collect();
    for concern in [
        "region",
        "encryption",
        "transport",
        "recording",
        "consent",
        "analytics",
        "third-party",
        "sync",
        "access",
        "retention",
    ] {
        assert!(concerns.contains(concern), "{concern}");
    }
    let products = report["coverage"]["products"].as_array().unwrap().iter();
    let products: BTreeSet<&str> = products.filter_map(|p| p["product"].as_str()).collect();
    for product in [
        "jitsi",
        "rocketchat",
        "matrix",
        "nextcloud-talk",
        "bigbluebutton",
    ] {
        assert!(products.contains(product), "{product}");
    }
}

#[test]
fn findings_are_where_they_are_put_right() {
    let found = findings(&report());
    for (rule, path, text) in [
        // By way of a variable of Compose.
        (
            "recording-without-consent",
            "meet/.env",
            "ENABLE_RECORDING=1",
        ),
        ("calendar-sync", "meet/.env", "ENABLE_CALENDAR=1"),
        ("third-party-stun", "meet/.env", "P2P_STUN_SERVERS="),
        // In a file that is mounted.
        (
            "consent-not-required",
            "meet/config/custom-config.js",
            "requireConsent: false",
        ),
        // In a chart's values, inside a GitOps object.
        ("open-registration", "chat/release.yaml", "value: Public"),
        ("route-without-tls", "chat/release.yaml", "tls: []"),
        // In a file inside a manifest.
        ("telemetry-on", "matrix/synapse.yaml", "report_stats: yes"),
        (
            "identity-server",
            "matrix/element.yaml",
            "https://vector.im\"",
        ),
        // In commands of a script inside values.
        (
            "recording-without-consent",
            "cloud/values.yaml",
            "call_recording --value=yes",
        ),
        (
            "transcription-on",
            "cloud/values.yaml",
            "call_recording_transcription",
        ),
        // By way of a variable of Terraform; in a file that a boot script writes.
        (
            "region-not-allowed",
            "classroom/terraform.tfvars",
            "region = ",
        ),
        (
            "recording-by-default",
            "classroom/main.tf",
            "autoStartRecording=true",
        ),
    ] {
        let file = fs::read_to_string(showcase().join(path)).unwrap();
        let line = file.lines().position(|l| l.contains(text)).unwrap() as u64 + 1;
        let wanted = (rule.to_owned(), path.to_owned(), line);
        assert!(found.contains(&wanted), "{wanted:?} is not in {found:#?}");
    }
}

#[test]
fn every_place_holds_what_is_said_of_it() {
    let report = report();
    for finding in report["findings"].as_array().unwrap() {
        let location = &finding["location"];
        let path = showcase().join(location["path"].as_str().unwrap());
        let text = fs::read_to_string(path).unwrap();
        let byte = |point: &str| location[point]["byte"].as_u64().unwrap() as usize;
        assert!(text.get(byte("start")..byte("end")).is_some(), "{finding}");
        let before = text[..byte("start")].matches('\n').count() as u64;
        assert_eq!(location["start"]["line"].as_u64().unwrap(), before + 1);
    }
}
