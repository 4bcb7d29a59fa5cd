//! `konform products`: what is recognised, and by what.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::table::{self, Table};
use super::{Exit, Failure, Global, TableFormat, matches_any};
use crate::policy::format::Named;

/// List the products that are recognised
#[derive(Debug, Args)]
pub(super) struct ProductsArgs {
    /// Only products whose id matches; `*` allowed
    #[arg(value_name = "GLOB")]
    globs: Vec<String>,

    /// How to print them
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: TableFormat,
}

#[derive(Serialize)]
struct Row<'a> {
    product: &'a str,
    title: &'a str,
    homepage: Option<&'a str>,
    components: Vec<Component<'a>>,
    charts: Vec<&'a str>,
    files: Vec<&'a str>,
    packages: Vec<&'a str>,
    scripts: Vec<&'a str>,
    settings: usize,
}

#[derive(Serialize)]
struct Component<'a> {
    name: &'a str,
    title: Option<&'a str>,
    images: &'a [String],
}

/// Runs the command.
pub(super) fn run(
    args: &ProductsArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let policies = global.policies(&global.config_here()?)?;
    let products = policies
        .products
        .iter()
        .filter(|p| matches_any(&args.globs, &[p.product.as_str()]));
    let rows: Vec<Row<'_>> = products
        .map(|product| Row {
            product: &product.product,
            title: &product.title,
            homepage: product.homepage.as_deref(),
            components: product
                .components
                .iter()
                .map(|(name, component)| Component {
                    name,
                    title: component.title.as_deref(),
                    images: &component.images,
                })
                .collect(),
            charts: product.charts.keys().map(String::as_str).collect(),
            files: product.files.keys().map(String::as_str).collect(),
            packages: product.packages.iter().map(Named::name).collect(),
            scripts: product.scripts.iter().map(Named::name).collect(),
            settings: product.settings.len(),
        })
        .collect();
    match args.format {
        TableFormat::Json => table::json(&rows, out)?,
        TableFormat::Human => {
            let mut table = Table::new(&["product", "title", "settings", "charts", "components"]);
            for row in rows {
                let components: Vec<&str> = row.components.iter().map(|c| c.name).collect();
                table.row(vec![
                    row.product.to_owned(),
                    row.title.to_owned(),
                    row.settings.to_string(),
                    row.charts.join(", "),
                    components.join(", "),
                ]);
            }
            table.write(out)?;
        }
    }
    Ok(Exit::Fine)
}
