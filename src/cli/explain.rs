//! `konform explain`: what a name stands for.

use std::io::{self, Write};

use clap::Args;

use super::{Exit, Failure, Global, pipeline, rules, settings, terminal};
use crate::policy::Policies;
use crate::policy::format::{Lang, PlaceFile, Product, Rule, Setting};
use crate::policy::place::Atlas;
use crate::report::wrap;

/// Names that are suggested for one that isn't known.
const MAX_SUGGESTIONS: usize = 8;

/// Explain a rule, setting, product or place
///
/// A setting is named as `product:setting` or alone, a place as `provider:region` or alone:
/// `konform explain recording-without-consent jitsi:recording.file aws:eu-central-1`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Names as findings and tables print them
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

/// Runs the command.
pub(super) fn run(
    args: &ExplainArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let config = global.config_here()?;
    let lang = global.lang(&config);
    let policies = global.policies(&config)?;
    let mut page = Page {
        out,
        policies: &policies,
        lang,
        bold: terminal::color(global.color),
        width: terminal::width().clamp(40, 100),
        first: true,
    };
    for name in &args.names {
        if !page.explain(name)? {
            return Err(Failure::Usage(unknown(name, &policies)));
        }
    }
    Ok(Exit::Fine)
}

fn unknown(name: &str, policies: &Policies) -> String {
    let wanted = name.to_lowercase();
    let settings = policies
        .products
        .iter()
        .flat_map(|p| p.settings.keys().map(move |s| format!("{}:{s}", p.product)));
    let regions = policies
        .places
        .iter()
        .flat_map(|p| p.regions.keys().map(move |r| format!("{}:{r}", p.provider)));
    let mut similar: Vec<String> = policies
        .rules
        .keys()
        .cloned()
        .chain(policies.products.iter().map(|p| p.product.clone()))
        .chain(settings)
        .chain(regions)
        .filter(|known| known.to_lowercase().contains(&wanted))
        .collect();
    similar.truncate(MAX_SUGGESTIONS);
    if similar.is_empty() {
        format!(
            "nothing is called `{name}`; `konform rules`, `settings`, `products` and `places` list what there is"
        )
    } else {
        format!(
            "nothing is called `{name}`; did you mean {}?",
            similar.join(", ")
        )
    }
}

struct Page<'a> {
    out: &'a mut dyn Write,
    policies: &'a Policies,
    lang: Lang,
    bold: bool,
    width: usize,
    first: bool,
}

impl Page<'_> {
    /// Tells everything that `name` can mean; false if that is nothing.
    fn explain(&mut self, name: &str) -> io::Result<bool> {
        let policies = self.policies;
        let mut known = false;
        if let Some(rule) = policies.rules.get(name) {
            self.rule(name, rule)?;
            known = true;
        }
        if let Some(product) = policies.product(name) {
            self.product(product)?;
            known = true;
        }
        let (owner, rest) = match name.split_once(':') {
            Some((owner, rest)) => (Some(owner), rest),
            None => (None, name),
        };
        for product in &policies.products {
            if owner.is_none_or(|o| o == product.product)
                && let Some(setting) = product.settings.get(rest)
            {
                self.setting(product, rest, setting)?;
                known = true;
            }
        }
        let atlas = Atlas::new(policies, pipeline::today());
        for place in &policies.places {
            if owner.is_none_or(|o| o == place.provider) && atlas.region(place, rest).is_some() {
                self.region(place, rest, &atlas)?;
                known = true;
            } else if name == place.provider {
                self.provider(place)?;
                known = true;
            }
        }
        Ok(known)
    }

    fn rule(&mut self, name: &str, rule: &Rule) -> io::Result<()> {
        let lang = self.lang;
        self.heading(name, self.words("rule", "Regel"))?;
        self.field(self.words("finds", "meldet"), rule.message.get(lang))?;
        self.field(self.words("why", "warum"), rule.reason.get(lang))?;
        self.field(self.words("help", "Abhilfe"), rule.help.get(lang))?;
        self.field(self.words("legal", "Recht"), &rule.legal.join(", "))?;
        self.field(self.words("concern", "Anliegen"), &rule.concern)?;
        let on_default = rule.default_severity.as_deref().unwrap_or(&rule.severity);
        let severity = match lang {
            Lang::En => format!(
                "{}; for a default nobody wrote: {on_default}",
                rule.severity
            ),
            Lang::De => format!("{}; bei Voreinstellungen: {on_default}", rule.severity),
        };
        self.field(self.words("severity", "Gewicht"), &severity)?;
        self.field(self.words("confidence", "Sicherheit"), &rule.confidence)?;
        self.field(self.words("when", "wenn"), &rule.when)?;
        if let Some(items) = &rule.judges.items {
            self.field(self.words("judges", "prüft"), items)?;
        }
        let settings = rules::judged(name, rule, self.policies);
        self.field(self.words("judges", "prüft"), &settings.join(", "))?;
        let allow = format!(
            "`# konform: allow {name} -- {}`",
            self.words("reason", "Grund")
        );
        self.field(self.words("accept", "zulassen"), &allow)
    }

    fn product(&mut self, product: &Product) -> io::Result<()> {
        self.heading(&product.product, &product.title)?;
        self.field(
            self.words("homepage", "Seite"),
            product.homepage.as_deref().unwrap_or(""),
        )?;
        for (name, component) in &product.components {
            let title = component.title.as_deref().unwrap_or("");
            let text = format!("{title}: {}", component.images.join(", "));
            self.field(name, text.trim_start_matches(": ").trim_end_matches(": "))?;
        }
        let charts: Vec<&str> = product.charts.keys().map(String::as_str).collect();
        self.field("charts", &charts.join(", "))?;
        let files: Vec<&str> = product.files.keys().map(String::as_str).collect();
        self.field(self.words("files", "Dateien"), &files.join(", "))?;
        let names = |list: &[crate::policy::format::Named]| {
            let mut names: Vec<&str> = list.iter().map(|n| n.name()).collect();
            names.dedup();
            names.join(", ")
        };
        self.field(self.words("packages", "Pakete"), &names(&product.packages))?;
        self.field(self.words("scripts", "Skripte"), &names(&product.scripts))?;
        let settings: Vec<&str> = product.settings.keys().map(String::as_str).collect();
        self.field(self.words("settings", "Einstellg."), &settings.join(", "))
    }

    fn setting(&mut self, product: &Product, name: &str, setting: &Setting) -> io::Result<()> {
        let lang = self.lang;
        let title = format!("{}, {}", product.title, setting.title.get(lang));
        self.heading(&format!("{}:{name}", product.product), &title)?;
        self.field(self.words("concern", "Anliegen"), &setting.concern)?;
        self.field(self.words("type", "Art"), settings::type_name(setting.kind))?;
        if let Some(why) = &setting.why {
            self.field(self.words("why", "warum"), why.get(lang))?;
        }
        for written in &setting.written {
            self.field(
                self.words("written", "steht in"),
                &settings::written(written),
            )?;
        }
        for default in settings::defaults(setting) {
            self.field(self.words("default", "sonst"), &default)?;
        }
        if let Some(good) = &setting.good {
            self.field(self.words("good", "gut"), &format!("`{good}`"))?;
        }
        let judged_by = self
            .policies
            .rules
            .iter()
            .filter(|(rule, it)| {
                let full = format!("{}:{name}", product.product);
                rules::judged(rule, it, self.policies).contains(&full)
            })
            .map(|(rule, _)| rule.as_str())
            .collect::<Vec<_>>();
        self.field(self.words("judged by", "geprüft v."), &judged_by.join(", "))?;
        self.field(self.words("source", "Quelle"), &setting.source)
    }

    fn region<'p>(&mut self, place: &'p PlaceFile, id: &str, atlas: &Atlas<'p>) -> io::Result<()> {
        let Some(region) = atlas.region(place, id) else {
            return Ok(());
        };
        let country = atlas.country(place, id);
        self.heading(&format!("{}:{id}", place.provider), &place.title)?;
        self.field(
            self.words("city", "Ort"),
            region.city.as_deref().unwrap_or(""),
        )?;
        self.field(self.words("country", "Land"), &region.country)?;
        self.field("status", self.status(atlas.status(&country).name()))?;
        if let Some(caveat) = atlas.caveat(&country, self.lang) {
            self.field(self.words("but", "aber"), &caveat)?;
        }
        self.field(
            self.words("owner", "Eigner"),
            place.owner.as_deref().unwrap_or(""),
        )?;
        let names = region.aliases.iter().map(String::as_str);
        let names: Vec<&str> = names.filter(|alias| !alias.starts_with("re:")).collect();
        self.field(self.words("aliases", "auch"), &names.join(", "))?;
        self.field(
            self.words("note", "Hinweis"),
            region.note.as_deref().unwrap_or(""),
        )?;
        let source = region.source.as_deref().or(place.source.as_deref());
        self.field(self.words("source", "Quelle"), source.unwrap_or(""))
    }

    fn status(&self, status: &'static str) -> &'static str {
        match status {
            "eu" => self.words("in the EU", "in der EU"),
            "eea" => self.words("in the EEA", "im EWR"),
            "adequate" => self.words(
                "outside the EEA, with an adequacy decision (Art. 45 GDPR)",
                "außerhalb des EWR, mit Angemessenheitsbeschluss (Art. 45 DSGVO)",
            ),
            "none" => self.words(
                "outside the EEA, without an adequacy decision for everybody",
                "außerhalb des EWR, ohne Angemessenheitsbeschluss für alle",
            ),
            _ => self.words("can't be told", "nicht zu sagen"),
        }
    }

    fn provider(&mut self, place: &PlaceFile) -> io::Result<()> {
        self.heading(&place.provider, &place.title)?;
        self.field(
            self.words("owner", "Eigner"),
            place.owner.as_deref().unwrap_or(""),
        )?;
        if let Some(terraform) = &place.terraform {
            self.field("terraform", &terraform.providers.join(", "))?;
        }
        let regions: Vec<&str> = place.regions.keys().map(String::as_str).collect();
        self.field(self.words("regions", "Regionen"), &regions.join(", "))?;
        self.field(
            self.words("source", "Quelle"),
            place.source.as_deref().unwrap_or(""),
        )
    }

    fn words(&self, en: &'static str, de: &'static str) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::De => de,
        }
    }

    fn heading(&mut self, name: &str, what: &str) -> io::Result<()> {
        if !std::mem::take(&mut self.first) {
            writeln!(self.out)?;
        }
        if self.bold {
            writeln!(self.out, "\x1b[1m{name}\x1b[0m ({what})")
        } else {
            writeln!(self.out, "{name} ({what})")
        }
    }

    /// `name  text`, wrapped; nothing if there is no text.
    fn field(&mut self, name: &str, text: &str) -> io::Result<()> {
        let indent = 14;
        for (index, line) in wrap(text, self.width - indent).iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let pad = " ".repeat((indent - 2).saturating_sub(name.chars().count()).max(1));
            writeln!(self.out, "  {name}{pad}{line}")?;
        }
        Ok(())
    }
}
