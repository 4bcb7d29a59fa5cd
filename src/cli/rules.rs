//! `konform rules`: what is judged.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::table::{self, Table};
use super::{Exit, Failure, Global, TableFormat, matches_any};
use crate::policy::Policies;
use crate::policy::format::{Rule, Words};

/// List the rules
#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// Only rules whose name or concern matches; `*` allowed
    #[arg(value_name = "GLOB")]
    globs: Vec<String>,

    /// How to print them
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: TableFormat,
}

#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    concern: &'a str,
    severity: &'a str,
    default_severity: &'a str,
    confidence: &'a str,
    message: Both<'a>,
    reason: Both<'a>,
    help: Both<'a>,
    legal: &'a [String],
    settings: Vec<String>,
    items: Option<&'a str>,
}

/// Words in both languages.
#[derive(Serialize)]
struct Both<'a> {
    en: &'a str,
    de: &'a str,
}

impl<'a> From<&'a Words> for Both<'a> {
    fn from(words: &'a Words) -> Self {
        Self {
            en: &words.en,
            de: &words.de,
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &RulesArgs, global: &Global, out: &mut dyn Write) -> Result<Exit, Failure> {
    let policies = global.policies(&global.config_here()?)?;
    let rules: Vec<(&String, &Rule)> = policies
        .rules
        .iter()
        .filter(|(name, rule)| matches_any(&args.globs, &[name.as_str(), rule.concern.as_str()]))
        .collect();
    match args.format {
        TableFormat::Json => {
            let rows: Vec<Row<'_>> = rules.iter().map(|(n, r)| row(n, r, &policies)).collect();
            table::json(&rows, out)?;
        }
        TableFormat::Human => {
            let mut table =
                Table::new(&["rule", "concern", "severity", "if default", "confidence"]);
            for (name, rule) in rules {
                table.row(vec![
                    name.clone(),
                    rule.concern.clone(),
                    rule.severity.clone(),
                    default_severity(rule).to_owned(),
                    rule.confidence.clone(),
                ]);
            }
            table.write(out)?;
        }
    }
    Ok(Exit::Fine)
}

fn row<'a>(name: &'a str, rule: &'a Rule, policies: &Policies) -> Row<'a> {
    Row {
        rule: name,
        concern: &rule.concern,
        severity: &rule.severity,
        default_severity: default_severity(rule),
        confidence: &rule.confidence,
        message: (&rule.message).into(),
        reason: (&rule.reason).into(),
        help: (&rule.help).into(),
        legal: &rule.legal,
        settings: judged(name, rule, policies),
        items: rule.judges.items.as_deref(),
    }
}

fn default_severity(rule: &Rule) -> &str {
    rule.default_severity.as_deref().unwrap_or(&rule.severity)
}

/// The settings that a rule judges, as `product:setting`.
pub(super) fn judged(name: &str, rule: &Rule, policies: &Policies) -> Vec<String> {
    let mut all = Vec::new();
    for product in &policies.products {
        for (id, setting) in &product.settings {
            let full = format!("{}:{id}", product.product);
            let named = setting.rules.iter().any(|r| r == name);
            if named
                || (!rule.judges.settings.is_empty()
                    && matches_any(&rule.judges.settings, &[&full]))
            {
                all.push(full);
            }
        }
    }
    all
}
