//! `konform places`: regions of clouds, and the law that applies there.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::table::{self, Table};
use super::{Exit, Failure, Global, TableFormat, matches_any, pipeline};
use crate::policy::place::{Atlas, Country};

/// List the places that are known
///
/// STATUS says what the law says of the country: `eu`, `eea`, `adequate` (a decision under
/// Art. 45 GDPR is in force today), `none`, or `unknown` where the country isn't.
#[derive(Debug, Args)]
pub(super) struct PlacesArgs {
    /// Only places whose provider, `provider:region`, region, country or status matches; `*` allowed
    #[arg(value_name = "GLOB")]
    globs: Vec<String>,

    /// How to print them
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: TableFormat,
}

#[derive(Serialize)]
struct Row<'a> {
    provider: &'a str,
    region: &'a str,
    city: Option<&'a str>,
    country: &'a str,
    status: &'static str,
    owner: Option<&'a str>,
}

/// Runs the command.
pub(super) fn run(
    args: &PlacesArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let policies = global.policies(&global.config_here()?)?;
    let atlas = Atlas::new(&policies, pipeline::today());
    let mut rows = Vec::new();
    for place in &policies.places {
        for (id, region) in &place.regions {
            let country: Country = atlas.country(place, id);
            let row = Row {
                provider: &place.provider,
                region: id,
                city: region.city.as_deref(),
                country: &region.country,
                status: atlas.status(&country).name(),
                owner: place.owner.as_deref(),
            };
            let full = format!("{}:{id}", place.provider);
            let names = [full.as_str(), id, row.provider, row.country, row.status];
            if matches_any(&args.globs, &names) {
                rows.push(row);
            }
        }
    }
    match args.format {
        TableFormat::Json => table::json(&rows, out)?,
        TableFormat::Human => {
            let mut table =
                Table::new(&["provider", "region", "country", "status", "owner", "city"]);
            for row in rows {
                table.row(vec![
                    row.provider.to_owned(),
                    row.region.to_owned(),
                    row.country.to_owned(),
                    row.status.to_owned(),
                    row.owner.unwrap_or("-").to_owned(),
                    row.city.unwrap_or("-").to_owned(),
                ]);
            }
            table.write(out)?;
        }
    }
    Ok(Exit::Fine)
}
