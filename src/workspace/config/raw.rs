//! The file format of `konform.toml`, and its translation.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{
    Allow, Config, ConfigError, DeploymentConfig, Level, Overrides, Processor, Scope, Written,
};
use crate::workspace::root;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    include: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    allowed: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    rules: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    processor: Vec<RawProcessor>,
    #[serde(default)]
    deployment: Vec<RawDeployment>,
    #[serde(default)]
    allow: Vec<RawAllow>,
    lang: Option<Spanned<String>>,
    #[serde(default)]
    policies: Vec<Spanned<String>>,
    #[serde(default)]
    own_hosts: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProcessor {
    name: Spanned<String>,
    agreement: Option<Spanned<toml::Value>>,
    #[serde(default)]
    subprocessors: Vec<String>,
    document: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDeployment {
    name: Spanned<String>,
    chart: Option<Spanned<String>>,
    #[serde(default)]
    values: Vec<Spanned<String>>,
    #[serde(default)]
    set: BTreeMap<String, Spanned<toml::Value>>,
    release: Option<String>,
    namespace: Option<String>,
    terraform: Option<Spanned<String>>,
    #[serde(default)]
    var_files: Vec<Spanned<String>>,
    #[serde(default)]
    vars: BTreeMap<String, Spanned<toml::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAllow {
    rule: Spanned<String>,
    path: Option<Spanned<String>>,
    reason: Spanned<String>,
    until: Option<Spanned<toml::Value>>,
}

/// What is needed to say where something stands.
struct Reader<'a> {
    text: &'a str,
    file: &'a Path,
    dir: PathBuf,
}

pub(super) fn read(text: &str, file: &Path) -> Result<Config, ConfigError> {
    let reader = Reader {
        text,
        file,
        dir: file.parent().unwrap_or(Path::new("")).to_path_buf(),
    };
    let raw: RawConfig = toml::from_str(text).map_err(|e| {
        reader.error(
            e.message().lines().collect::<Vec<_>>().join(" "),
            e.span().map(|s| s.start),
        )
    })?;
    reader.config(raw)
}

impl Reader<'_> {
    fn error(&self, message: impl Into<String>, at: Option<usize>) -> ConfigError {
        ConfigError {
            message: message.into(),
            path: self.file.to_path_buf(),
            line: at.map(|at| self.line(at)),
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().iter().take(at);
        before.filter(|b| **b == b'\n').count() + 1
    }

    fn written<T>(&self, spanned: Spanned<T>) -> Written<T> {
        let range = spanned.span();
        Written {
            file: self.file.to_path_buf(),
            line: self.line(range.start),
            range,
            value: spanned.into_inner(),
        }
    }

    fn path(&self, spanned: Spanned<String>) -> Written<PathBuf> {
        let written = self.written(spanned);
        Written {
            value: root::absolute(Path::new(&written.value), &self.dir),
            file: written.file,
            range: written.range,
            line: written.line,
        }
    }

    fn glob(&self, pattern: &Spanned<String>) -> Result<Glob, ConfigError> {
        let text = pattern.get_ref();
        // As in .gitignore: without a slash it counts at any depth, a folder means all below.
        let trimmed = text.trim_start_matches("./").trim_end_matches('/');
        let anchored = if trimmed.contains('/') {
            trimmed.trim_start_matches('/').to_owned()
        } else {
            format!("**/{trimmed}")
        };
        GlobBuilder::new(&format!("{{{anchored},{anchored}/**}}"))
            .literal_separator(true)
            .build()
            .map_err(|e| {
                let message = format!("`{text}` is not a glob: {}", e.kind());
                self.error(message, Some(pattern.span().start))
            })
    }

    fn globs(&self, patterns: &[Spanned<String>]) -> Result<GlobSet, ConfigError> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            set.add(self.glob(pattern)?);
        }
        set.build()
            .map_err(|e| self.error(e.to_string(), patterns.first().map(|p| p.span().start)))
    }

    fn date(&self, value: Option<Spanned<toml::Value>>) -> Result<Option<Date>, ConfigError> {
        let Some(value) = value else {
            return Ok(None);
        };
        let text = match value.get_ref() {
            toml::Value::String(text) => text.clone(),
            toml::Value::Datetime(date) => date.to_string(),
            other => other.to_string(),
        };
        text.parse::<Date>().map(Some).map_err(|_| {
            let message = format!("`{text}` is not a date like 2026-01-31");
            self.error(message, Some(value.span().start))
        })
    }

    fn config(&self, raw: RawConfig) -> Result<Config, ConfigError> {
        let include = raw.include.as_deref().map(|i| self.globs(i)).transpose()?;
        let scope = Scope {
            dir: self.dir.clone(),
            include,
            exclude: self.globs(&raw.exclude)?,
        };
        let mut rules = BTreeMap::new();
        for (rule, level) in raw.rules {
            rules.insert(rule, self.level(level)?);
        }
        if let Some(lang) = &raw.lang
            && !matches!(lang.get_ref().as_str(), "en" | "de")
        {
            let message = format!(
                "`{}` is not a language; there are `en` and `de`",
                lang.get_ref()
            );
            return Err(self.error(message, Some(lang.span().start)));
        }
        Ok(Config {
            files: vec![self.file.to_path_buf()],
            scopes: vec![scope],
            allowed: raw
                .allowed
                .map(|all| all.into_iter().map(|a| self.written(a)).collect()),
            rules,
            processors: raw
                .processor
                .into_iter()
                .map(|p| self.processor(p))
                .collect::<Result<_, _>>()?,
            deployments: raw
                .deployment
                .into_iter()
                .map(|d| self.deployment(d))
                .collect(),
            allow: raw
                .allow
                .into_iter()
                .map(|a| self.allow(a))
                .collect::<Result<_, _>>()?,
            lang: raw.lang.map(|l| self.written(l)),
            policies: raw
                .policies
                .into_iter()
                .map(|p| self.path(p).value)
                .collect(),
            own_hosts: raw.own_hosts.into_iter().map(Spanned::into_inner).collect(),
            overrides: Overrides::default(),
        })
    }

    fn level(&self, level: Spanned<String>) -> Result<Written<Level>, ConfigError> {
        let value = match level.get_ref().as_str() {
            "off" => Level::Off,
            "note" => Level::Note,
            "warning" => Level::Warning,
            "error" => Level::Error,
            other => {
                let message = format!("`{other}` is none of `off`, `note`, `warning`, `error`");
                return Err(self.error(message, Some(level.span().start)));
            }
        };
        let written = self.written(level);
        Ok(Written {
            value,
            file: written.file,
            range: written.range,
            line: written.line,
        })
    }

    fn processor(&self, raw: RawProcessor) -> Result<Processor, ConfigError> {
        Ok(Processor {
            name: self.written(raw.name),
            agreement: self.date(raw.agreement)?,
            subprocessors: raw.subprocessors,
            document: raw.document,
        })
    }

    fn deployment(&self, raw: RawDeployment) -> DeploymentConfig {
        let each = |values: BTreeMap<String, Spanned<toml::Value>>| {
            values
                .into_iter()
                .map(|(key, value)| (key, self.written(value)))
                .collect()
        };
        let chart = raw.chart.map(|chart| {
            let mut chart = self.written(chart);
            let local = root::absolute(Path::new(&chart.value), &self.dir);
            if !chart.value.contains("://") && local.is_dir() {
                chart.value = local.to_string_lossy().into_owned();
            }
            chart
        });
        DeploymentConfig {
            name: self.written(raw.name),
            dir: self.dir.clone(),
            chart,
            values: raw.values.into_iter().map(|p| self.path(p)).collect(),
            set: each(raw.set),
            release: raw.release,
            namespace: raw.namespace,
            terraform: raw.terraform.map(|p| self.path(p)),
            var_files: raw.var_files.into_iter().map(|p| self.path(p)).collect(),
            vars: each(raw.vars),
        }
    }

    fn allow(&self, raw: RawAllow) -> Result<Allow, ConfigError> {
        if raw.reason.get_ref().trim().is_empty() {
            let message = "an exception needs a reason";
            return Err(self.error(message, Some(raw.reason.span().start)));
        }
        Ok(Allow {
            path: raw
                .path
                .map(|p| self.glob(&p))
                .transpose()?
                .map(|g| g.compile_matcher()),
            rule: self.written(raw.rule),
            dir: self.dir.clone(),
            reason: raw.reason.into_inner(),
            until: self.date(raw.until)?,
        })
    }
}
