//! `konform settings`: what is known to be settable, and where.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::table::{self, Table};
use super::{Exit, Failure, Global, TableFormat, matches_any};
use crate::policy::format::{Setting, Type, Written};

/// List the settings that konform knows
#[derive(Debug, Args)]
pub(super) struct SettingsArgs {
    /// Only settings whose name, product or concern matches; `*` allowed
    ///
    /// Names are tried with and without their product: `jitsi:*`, `*:recording.*`, `recording.*`.
    #[arg(value_name = "GLOB")]
    globs: Vec<String>,

    /// How to print them
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: TableFormat,
}

#[derive(Serialize)]
struct Row<'a> {
    product: &'a str,
    setting: &'a str,
    title: &'a str,
    concern: &'a str,
    r#type: &'static str,
    rules: &'a [String],
    written: Vec<String>,
    defaults: Vec<String>,
    source: &'a str,
}

/// Runs the command.
pub(super) fn run(
    args: &SettingsArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let config = global.config_here()?;
    let lang = global.lang(&config);
    let policies = global.policies(&config)?;
    let mut rows = Vec::new();
    for product in &policies.products {
        for (id, setting) in &product.settings {
            let full = format!("{}:{id}", product.product);
            let names = [full.as_str(), id, &product.product, &setting.concern];
            if matches_any(&args.globs, &names) {
                rows.push(Row {
                    product: &product.product,
                    setting: id,
                    title: setting.title.get(lang),
                    concern: &setting.concern,
                    r#type: type_name(setting.kind),
                    rules: &setting.rules,
                    written: setting.written.iter().map(written).collect(),
                    defaults: defaults(setting),
                    source: &setting.source,
                });
            }
        }
    }
    match args.format {
        TableFormat::Json => table::json(&rows, out)?,
        TableFormat::Human => {
            let mut table = Table::new(&["setting", "concern", "type", "rules", "title"]);
            for row in rows {
                table.row(vec![
                    format!("{}:{}", row.product, row.setting),
                    row.concern.to_owned(),
                    row.r#type.to_owned(),
                    row.rules.join(", "),
                    row.title.to_owned(),
                ]);
            }
            table.write(out)?;
        }
    }
    Ok(Exit::Fine)
}

/// A type's name in policy files.
pub(super) fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Boolean => "boolean",
        Type::String => "string",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::Duration => "duration",
        Type::Hosts => "hosts",
        Type::Presence => "presence",
        Type::List => "list",
        Type::Place => "place",
    }
}

/// A place where a setting can be written, in a few words.
pub(super) fn written(written: &Written) -> String {
    let mut text = match written {
        Written { env: Some(env), .. } => format!("variable {}", env.as_slice().join(" or ")),
        Written {
            file: Some(file),
            key,
            ..
        } => format!("{file}: {}", key.as_deref().unwrap_or("*")),
        Written {
            chart: Some(chart),
            value,
            ..
        } => format!("chart {chart}: {}", value.as_deref().unwrap_or("*")),
        Written {
            argument: Some(flag),
            ..
        } => format!("argument {flag}"),
        Written {
            command: Some(command),
            ..
        } => format!("command {command}"),
        Written {
            package: Some(package),
            debconf,
            ..
        } => format!("package {package}: {}", debconf.as_deref().unwrap_or("*")),
        Written {
            deployed: Some(image),
            ..
        } => format!("image {image}"),
        _ => "?".to_owned(),
    };
    let components = written.components.as_slice();
    if !components.is_empty() {
        text.push_str(&format!(" (in {})", components.join(", ")));
    }
    if let Some(versions) = &written.versions {
        text.push_str(&format!(" (versions {versions})"));
    }
    text
}

/// The defaults of a setting, in a few words each.
pub(super) fn defaults(setting: &Setting) -> Vec<String> {
    let defaults = setting.default.iter().map(|default| {
        let mut text = default.value.to_string();
        if let Some(chart) = &default.chart {
            text.push_str(&format!(" in chart {chart}"));
        }
        let components = default.components.as_slice();
        if !components.is_empty() {
            text.push_str(&format!(" in {}", components.join(", ")));
        }
        if let Some(versions) = &default.versions {
            text.push_str(&format!(" in versions {versions}"));
        }
        text
    });
    defaults.collect()
}
