//! The whole way once: files, what they deploy, what that means.

use std::path::PathBuf;

use super::progress::Progress;
use super::{Failure, Global, current_dir};
use crate::evaluate::{self, stack};
use crate::inventory::Inventory;
use crate::policy::finding::{Outcome, Severity};
use crate::policy::format::Lang;
use crate::policy::{self, Allowance, Policies};
use crate::report;
use crate::workspace::{Config, Workspace, config::Level};

/// Where data may lie unless the user says otherwise.
const ALLOWED: [&str; 2] = ["EU", "EEA"];

/// What the files hold.
pub(super) struct Reading {
    /// The files.
    pub workspace: Workspace,
    /// What they deploy.
    pub inventory: Inventory,
}

/// Reads `paths`.
pub(super) fn read(
    paths: &[PathBuf],
    config: Config,
    global: &Global,
    progress: &Progress,
) -> Result<Reading, Failure> {
    let cwd = current_dir()?;
    on_threads(global.threads, || {
        progress.say("reading files");
        let workspace = Workspace::open(paths, &cwd, config);
        progress.say("working out what is deployed");
        let inventory = evaluate::evaluate(&workspace);
        Reading {
            workspace,
            inventory,
        }
    })
}

/// Judges what was read.
pub(super) fn judge(
    reading: &Reading,
    policies: &Policies,
    options: &policy::Options,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    on_threads(global.threads, || {
        progress.say("applying policies");
        let sources = reading.workspace.sources();
        policy::check(&reading.inventory, policies, options, sources)
    })
}

fn on_threads<T: Send>(threads: u16, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads))
        .stack_size(stack::STACK)
        .start_handler(|_| stack::is_large_here())
        .build()
        .map_err(|e| Failure::Incomplete(format!("threads can't be started: {e}")))?;
    Ok(pool.install(work))
}

/// What the configuration decides about judging.
pub(super) fn options(reading: &Reading, lang: Lang) -> policy::Options {
    let config = reading.workspace.config();
    let allowed = match &config.allowed {
        Some(allowed) => allowed.iter().map(|a| a.value.clone()).collect(),
        None => ALLOWED.map(str::to_owned).to_vec(),
    };
    policy::Options {
        allowed,
        severities: config
            .rules
            .iter()
            .map(|(rule, level)| (rule.clone(), severity(level.value)))
            .collect(),
        processors: config
            .processors
            .iter()
            .filter(|p| p.agreement.is_some() || p.document.is_some())
            .map(|p| p.name.value.clone())
            .collect(),
        own_hosts: config.own_hosts.clone(),
        allowances: allowances(reading),
        only: Vec::new(),
        skip: Vec::new(),
        strict: false,
        lang,
        today: today(),
    }
}

fn severity(level: Level) -> Option<Severity> {
    match level {
        Level::Off => None,
        Level::Note => Some(Severity::Note),
        Level::Warning => Some(Severity::Warning),
        Level::Error => Some(Severity::Error),
    }
}

/// The accepted findings; globs over paths are resolved to the files that were looked at.
fn allowances(reading: &Reading) -> Vec<Allowance> {
    let workspace = &reading.workspace;
    let mut all = Vec::new();
    for allow in &workspace.config().allow {
        let mut add = |path: Option<String>| {
            all.push(Allowance {
                rule: allow.rule.value.clone(),
                path,
                reason: allow.reason.clone(),
                until: allow.until.map(|day| day.to_string()),
            });
        };
        let Some(glob) = &allow.path else {
            add(None);
            continue;
        };
        for file in workspace.files() {
            let below = file.abs.strip_prefix(&allow.dir);
            if below.is_ok_and(|below| glob.is_match(below)) {
                add(Some(file.path.clone()));
            }
        }
    }
    all
}

/// Today in UTC, `YYYY-MM-DD`.
pub(super) fn today() -> String {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .to_string()
}

/// The files for the report.
pub(super) fn files(workspace: &Workspace) -> Vec<report::File> {
    let files = workspace.coverage().into_iter().map(|file| report::File {
        path: file.path,
        kind: file.kind.word(),
        read: file.read,
    });
    files.collect()
}

/// The rules for the report.
pub(super) fn rules(policies: &Policies, lang: Lang) -> Vec<report::Rule> {
    let rules = policies.rules.iter().map(|(name, rule)| report::Rule {
        name: name.clone(),
        concern: rule.concern.clone(),
        severity: Severity::from_name(&rule.severity).unwrap_or(Severity::Warning),
        confidence: rule.confidence.clone(),
        message: rule.message.get(lang).to_owned(),
        reason: rule.reason.get(lang).to_owned(),
        help: rule.help.get(lang).to_owned(),
        legal: rule.legal.clone(),
    });
    rules.collect()
}
