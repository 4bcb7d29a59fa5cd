//! A module as it is written: the blocks of all its files, by what they declare.

mod load;
mod overrides;
mod split;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub(super) use load::load;
pub(super) use split::read_hcl;

use super::ast::{Attribute, Block, Body, Expr};
use crate::trace::{Origin, Problem};

/// All configuration files of one folder, overrides applied.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// The folder, absolute.
    pub dir: PathBuf,
    /// `variable` blocks.
    pub variables: BTreeMap<String, Declared>,
    /// What `locals` blocks define.
    pub locals: BTreeMap<String, Attribute>,
    /// `output` blocks.
    pub outputs: BTreeMap<String, Declared>,
    /// `resource` blocks by `type.name`.
    pub resources: BTreeMap<String, Declared>,
    /// `data` blocks by `type.name`.
    pub data: BTreeMap<String, Declared>,
    /// `module` blocks.
    pub calls: BTreeMap<String, Declared>,
    /// `provider` blocks by `name` or `name.alias`.
    pub providers: BTreeMap<String, Declared>,
    /// `backend` and `cloud` blocks.
    pub backends: Vec<Declared>,
    /// The type of each provider that goes by another name here, from `required_providers`.
    pub provider_types: BTreeMap<String, String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A block that declares something.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// The first label; for resources the type.
    pub kind: String,
    /// The last label.
    pub name: String,
    /// What is in it.
    pub body: Body,
    /// Where it is written: keyword and labels.
    pub header: Origin,
}

impl Declared {
    fn of(block: Block) -> Self {
        Self {
            kind: block.label(0).to_owned(),
            name: block
                .labels
                .last()
                .map(|l| l.name.clone())
                .unwrap_or_default(),
            header: block.header,
            body: block.body,
        }
    }

    /// The value of an argument.
    #[must_use]
    pub(super) fn argument(&self, name: &str) -> Option<&Expr> {
        self.body.attribute(name).map(|a| &a.value)
    }
}

impl Module {
    /// Takes in the blocks of one file; what is declared twice stays as it was first.
    fn take_in(&mut self, body: Body) {
        for block in body.blocks {
            let doubled = self.declare(block);
            if let Some((what, origin)) = doubled {
                self.problems.push(Problem::new(
                    format!("{what} is declared twice"),
                    origin.nearest_span(),
                ));
            }
        }
    }

    fn declare(&mut self, block: Block) -> Option<(String, Origin)> {
        let pair = format!("{}.{}", block.label(0), block.label(1));
        let first = block.label(0).to_owned();
        match block.kind.as_str() {
            "variable" => insert(&mut self.variables, "variable", first, block),
            "output" => insert(&mut self.outputs, "output", first, block),
            "module" => insert(&mut self.calls, "module", first, block),
            "resource" => insert(&mut self.resources, "resource", pair, block),
            "data" => insert(&mut self.data, "data", pair, block),
            "provider" => insert(&mut self.providers, "provider", provider_key(&block), block),
            "locals" => {
                let mut doubled = None;
                for attribute in block.body.attributes {
                    if let Some(old) = self.locals.get(&attribute.name) {
                        let _ = old;
                        doubled = Some((format!("local.{}", attribute.name), attribute.key));
                    } else {
                        self.locals.insert(attribute.name.clone(), attribute);
                    }
                }
                doubled
            }
            "terraform" => {
                self.settings(block);
                None
            }
            // `moved`, `import`, `removed` and `check` don't change what is deployed.
            _ => None,
        }
    }

    fn settings(&mut self, block: Block) {
        for inner in block.body.blocks {
            match inner.kind.as_str() {
                "backend" => self.backends.push(Declared::of(inner)),
                "cloud" => {
                    let mut cloud = Declared::of(inner);
                    "cloud".clone_into(&mut cloud.kind);
                    self.backends.push(cloud);
                }
                "required_providers" => {
                    for attribute in &inner.body.attributes {
                        if let Some(of) = provider_type(&attribute.value) {
                            self.provider_types.insert(attribute.name.clone(), of);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn insert(
    into: &mut BTreeMap<String, Declared>,
    what: &str,
    key: String,
    block: Block,
) -> Option<(String, Origin)> {
    if into.contains_key(&key) {
        return Some((format!("{what} {key}"), block.header));
    }
    into.insert(key, Declared::of(block));
    None
}

fn provider_key(block: &Block) -> String {
    let alias = block.body.attribute("alias").and_then(|a| a.value.path());
    match alias.as_deref() {
        Some([alias]) => format!("{}.{alias}", block.label(0)),
        _ => block.label(0).to_owned(),
    }
}

/// The last part of a provider's source address: `aws` of `hashicorp/aws`.
fn provider_type(value: &Expr) -> Option<String> {
    use super::ast::{ExprKind, Key};
    let source = match &value.kind {
        ExprKind::Object(entries) => entries.iter().find_map(|(key, value)| match key {
            Key::Name(name, _) if name == "source" => literal(value),
            Key::Expr(key) if literal(key) == Some("source") => literal(value),
            _ => None,
        })?,
        ExprKind::Literal(val) => val.fields()?.get("source")?.as_str()?,
        _ => return None,
    };
    source.rsplit('/').next().map(str::to_owned)
}

/// The characters of a string that is written out.
#[must_use]
pub(super) fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        super::ast::ExprKind::Literal(val) => val.as_str(),
        _ => None,
    }
}
