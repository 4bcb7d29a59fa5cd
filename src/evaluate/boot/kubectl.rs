//! `kubectl apply` and its kin.

use std::path::PathBuf;

use super::machine::Machine;
use super::projects::below;
use super::started::{Call, flag};
use crate::evaluate::kubernetes::Manifest;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, StepKind, Text};

/// The manifests that a call hands to the cluster, as far as they were written on the machine.
pub(super) fn manifests(machine: &Machine<'_>, call: &Call<'_>) -> Vec<Manifest> {
    let is_verb = |w: &Node| matches!(w.as_str(), Some("apply" | "create" | "replace"));
    if !call.arguments.iter().take(6).any(is_verb) {
        return Vec::new();
    }
    let at = call.command.origin.nearest_span();
    let mut out = Vec::new();
    let mut add = |text: &Text| {
        let text = text
            .clone()
            .then(StepKind::Deploy, at, "given to the cluster");
        for document in yaml::parse(&text, Schema::Yaml11).documents {
            out.push(Manifest::new(PathBuf::new(), document.root));
        }
    };
    for start in 0..call.arguments.len() {
        let words = &call.arguments[start..];
        let Some((name, _)) = flag(words, "filename", Some('f')) else {
            continue;
        };
        if name.as_str() == "-" {
            if let Some(input) = call.input {
                add(input);
            }
            continue;
        }
        // What lies in the tree is read there.
        for (_, content) in below(machine, call.folder, name.as_str()) {
            if let Some(text) = content.as_text() {
                add(text);
            }
        }
    }
    out
}
