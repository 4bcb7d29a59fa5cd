//! Checks that policies hang together: names that are used are there, conditions can be read.

use super::format::{Product, Scalar, Words};
use super::judge::{self, ITEM_NAMES, SETTING_NAMES};
use super::load::{Policies, PolicyError};
use crate::syntax;

/// The concerns that findings have.
pub const CONCERNS: &[&str] = &[
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
    "processor",
];

const SEVERITIES: &[&str] = &["error", "warning", "note"];

/// Checks everything.
///
/// # Errors
/// All mistakes; the list isn't empty.
pub fn validate(policies: &Policies) -> Result<(), Vec<PolicyError>> {
    let mut check = Check {
        errors: Vec::new(),
        at: String::new(),
    };
    for (name, rule) in &policies.rules {
        check.at = format!("rule {name}");
        check.one_of("concern", &rule.concern, CONCERNS);
        check.one_of("severity", &rule.severity, SEVERITIES);
        check.one_of("confidence", &rule.confidence, &["high", "medium", "low"]);
        if let Some(severity) = &rule.default_severity {
            check.one_of(
                "default_severity",
                severity,
                &["error", "warning", "note", "none"],
            );
        }
        let names = if rule.judges.items.is_some() {
            ITEM_NAMES
        } else {
            SETTING_NAMES
        };
        check.result(judge::check(&rule.when, names));
        for words in [&rule.message, &rule.reason, &rule.help] {
            check.words(words);
        }
    }
    for product in &policies.products {
        check.product(policies, product);
    }
    if check.errors.is_empty() {
        Ok(())
    } else {
        Err(check.errors)
    }
}

struct Check {
    errors: Vec<PolicyError>,
    at: String,
}

impl Check {
    fn error(&mut self, message: impl Into<String>) {
        self.errors.push(PolicyError {
            path: self.at.clone(),
            line: None,
            column: None,
            message: message.into(),
        });
    }

    fn result(&mut self, result: Result<(), String>) {
        if let Err(message) = result {
            self.error(message);
        }
    }

    fn one_of(&mut self, what: &str, value: &str, allowed: &[&str]) {
        if !allowed.contains(&value) {
            self.error(format!(
                "{what} `{value}`: expected one of {}",
                allowed.join(", ")
            ));
        }
    }

    fn words(&mut self, words: &Words) {
        if words.en.trim().is_empty() || words.de.trim().is_empty() {
            self.error("words are missing in one language");
        }
    }

    fn product(&mut self, policies: &Policies, product: &Product) {
        self.at = format!("product {}", product.product);
        for name in &product.include {
            self.error(format!("there is nothing shared called `{name}`"));
        }
        let components = |list: &[String], check: &mut Self| {
            for name in list {
                if !product.components.contains_key(name) {
                    check.error(format!("there is no component `{name}`"));
                }
            }
        };
        for (name, file) in &product.files {
            self.at = format!("{}: file {name}", product.product);
            if file.format.parse::<syntax::Format>().is_err() {
                self.error(format!("there is no format `{}`", file.format));
            }
            if let Some(component) = &file.component {
                components(std::slice::from_ref(component), self);
            }
        }
        for (name, chart) in &product.charts {
            self.at = format!("{}: chart {name}", product.product);
            for file in &chart.files {
                if !product.files.contains_key(&file.file) {
                    self.error(format!("there is no file `{}`", file.file));
                }
            }
            for component in &chart.components {
                let name = match component {
                    super::format::ChartComponent::Always(name) => name,
                    super::format::ChartComponent::When(when) => &when.name,
                };
                components(std::slice::from_ref(name), self);
            }
            for env in &chart.env {
                if let Some(component) = &env.component {
                    components(std::slice::from_ref(component), self);
                }
            }
        }
        for (name, setting) in &product.settings {
            self.at = format!("{}: setting {name}", product.product);
            self.one_of("concern", &setting.concern, CONCERNS);
            self.words(&setting.title);
            components(setting.components.as_slice(), self);
            for rule in &setting.rules {
                if !policies.rules.contains_key(rule) {
                    self.error(format!("there is no rule `{rule}`"));
                }
            }
            if let Some(when) = &setting.when {
                self.result(judge::check(when, SETTING_NAMES));
            }
            for spelling in setting
                .spelling
                .iter()
                .chain(setting.written.iter().filter_map(|w| w.spelling.as_ref()))
            {
                if !product.spellings.contains_key(spelling) {
                    self.error(format!("there is no spelling `{spelling}`"));
                }
            }
            for written in &setting.written {
                components(written.components.as_slice(), self);
                if let Some(file) = &written.file {
                    if !product.files.contains_key(file) {
                        self.error(format!("there is no file `{file}`"));
                    }
                    if written.key.is_none() {
                        self.error("`file` needs a `key`");
                    }
                }
                if let Some(chart) = &written.chart
                    && !product.charts.contains_key(chart)
                {
                    self.error(format!("there is no chart `{chart}`"));
                }
            }
            for default in &setting.default {
                if let Some(chart) = &default.chart
                    && !product.charts.contains_key(chart)
                {
                    self.error(format!("there is no chart `{chart}`"));
                }
                if matches!(default.value, Scalar::Null(())) {
                    self.error("a default of null says nothing: leave it out");
                }
            }
        }
    }
}
