//! What is deployed: root modules, and with which variables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::ast::{Body, json};
use super::carriers;
use super::config::{literal, read_hcl};
use super::graph::{Given, Library, Standing, World};
use super::plan;
use super::value::Val;
use crate::evaluate::helm;
use crate::evaluate::stack::on_large_stack;
use crate::inventory::{Deployment, Inventory, Item, Resource};
use crate::trace::{Origin, Problem, Role, SourceId, Span, StepKind, Text};
use crate::workspace::config::{DeploymentConfig, Written};
use crate::workspace::{Kind, TerraformRoot, Workspace, WorkspaceFile};

/// What the command line says for Terraform.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--var NAME=VALUE`, in order.
    pub vars: Vec<(String, String)>,
    /// `--var-file FILE`, in order.
    pub var_files: Vec<PathBuf>,
    /// The name of the workspace, if it isn't `default`.
    pub workspace: Option<String>,
}

/// One root module with one set of variables.
struct Plan {
    name: String,
    dir: PathBuf,
    given: BTreeMap<String, Given>,
    problems: Vec<Problem>,
}

/// What was read of a tree.
#[derive(Debug, Default)]
pub struct Read {
    /// The deployments of all root modules, and the plans.
    pub inventory: Inventory,
    /// Files that are rendered as templates, whatever they look like.
    pub templates: BTreeSet<SourceId>,
}

/// The deployments of all root modules, with the variables of the command line.
#[must_use]
pub fn deployments(workspace: &Workspace) -> Inventory {
    read(workspace).inventory
}

/// As [`deployments`], with what else was learned on the way.
#[must_use]
pub(in crate::evaluate) fn read(workspace: &Workspace) -> Read {
    let overrides = &workspace.config().overrides;
    let vars = overrides
        .vars
        .iter()
        .filter_map(|pair| pair.split_once('='));
    let options = Options {
        vars: vars
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        var_files: overrides.var_files.clone(),
        ..Options::default()
    };
    read_with(workspace, &options)
}

/// The deployments of all root modules, with what the command line adds.
#[must_use]
pub fn deployments_with(workspace: &Workspace, options: &Options) -> Inventory {
    read_with(workspace, options).inventory
}

fn read_with(workspace: &Workspace, options: &Options) -> Read {
    let library = Library::new(workspace);
    Read {
        inventory: inventory(workspace, &library, options),
        templates: library.take_templates(),
    }
}

fn inventory(workspace: &Workspace, library: &Library<'_>, options: &Options) -> Inventory {
    let mut out = Inventory::default();
    let Ok(plans) = on_large_stack(|| plans(workspace, library, options)) else {
        out.problems.push(Problem::new(
            "reading Terraform's files stopped unexpectedly",
            None,
        ));
        return out;
    };
    let standing = plans.iter().map(|p| Standing {
        name: p.name.clone(),
        dir: p.dir.clone(),
        given: p.given.clone(),
    });
    library.stand(standing.collect());
    let read: Vec<(Deployment, Vec<Problem>, BTreeSet<String>)> = plans
        .into_par_iter()
        .map(|plan| {
            let name = plan.name.clone();
            on_large_stack(|| run(workspace, library, plan, options)).unwrap_or_else(|_| {
                let message = format!("evaluating {name} stopped unexpectedly");
                let problem = Problem::new(message, None);
                (Deployment::default(), vec![problem], BTreeSet::new())
            })
        })
        .collect();
    let mut found = Vec::new();
    for (deployment, problems, built_on) in read {
        let pairs = built_on.into_iter().map(|of| (deployment.name.clone(), of));
        out.built_on.extend(pairs);
        found.push((deployment, problems));
    }
    let planned: Vec<&WorkspaceFile> = workspace.of_kind(Kind::TerraformPlan).collect();
    let planned: Vec<(Deployment, Vec<Problem>)> = planned
        .into_par_iter()
        .map(|file| {
            on_large_stack(|| plan::read(workspace, library, file)).unwrap_or_else(|_| {
                let message = "reading the plan stopped unexpectedly";
                (
                    Deployment::default(),
                    vec![Problem::new(message, Some(file.start()))],
                )
            })
        })
        .collect();
    for (deployment, problems) in found.into_iter().chain(planned) {
        out.problems.extend(problems);
        if !deployment.items.is_empty() {
            out.deployments.push(deployment);
        }
    }
    out
}

fn run(
    workspace: &Workspace,
    library: &Library<'_>,
    plan: Plan,
    options: &Options,
) -> (Deployment, Vec<Problem>, BTreeSet<String>) {
    let name = options
        .workspace
        .as_ref()
        .map(|name| Val::str(name.clone(), &Origin::nowhere()));
    let world = World::new(library, &plan.dir, plan.given, name);
    let resources = world.resources();
    let mut problems = plan.problems;
    problems.extend(world.take_problems());
    let (deployment, more) = assemble(workspace, plan.name, &plan.dir, resources);
    problems.extend(more);
    (deployment, problems, world.take_built_on())
}

/// The resources of the root module in `dir`, and what they carry.
pub(super) fn assemble(
    workspace: &Workspace,
    name: String,
    dir: &Path,
    resources: Vec<Resource>,
) -> (Deployment, Vec<Problem>) {
    let carried = carriers::carried(workspace, dir, &resources);
    let mut items: Vec<Item> = resources.into_iter().map(Item::Resource).collect();
    items.extend(carried.items);
    let charts = helm::render::Library::new(workspace);
    let mut notes = carried.notes;
    for chart in carried.charts {
        items.extend(helm::deployments::installed(&charts, chart, &mut notes));
    }
    let deployment = Deployment {
        name,
        kind: "terraform",
        items,
        notes,
    };
    (deployment, charts.take_problems())
}

/// What is deployed, ordered by folder, then variable file.
fn plans(workspace: &Workspace, library: &Library<'_>, options: &Options) -> Vec<Plan> {
    let mut out = Vec::new();
    let declared: Vec<&DeploymentConfig> = workspace
        .config()
        .deployments
        .iter()
        .filter(|d| d.terraform.is_some())
        .collect();
    let claimed: BTreeSet<&Path> = declared
        .iter()
        .filter_map(|d| d.terraform.as_ref().map(|t| t.value.as_path()))
        .collect();
    let standing = standing(workspace, library);
    for root in workspace.terraform_roots() {
        if !standing.contains(&root.dir) {
            continue;
        }
        if claimed.contains(root.dir.as_path()) {
            continue;
        }
        of_root(workspace, library, &root, options, &mut out);
    }
    for config in declared {
        let Some(dir) = &config.terraform else {
            continue;
        };
        let mut files = automatic(workspace, &dir.value);
        files.extend(config.var_files.iter().map(|w| w.value.clone()));
        let mut plan = given_by(workspace, config.name.value.clone(), &dir.value, &files);
        for (name, value) in &config.vars {
            let val = configured(workspace, value, &config.name.value, name);
            let name = name.strip_prefix("TF_VAR_").unwrap_or(name);
            plan.given.insert(name.to_owned(), Given::Val(val));
        }
        command_line(workspace, options, &mut plan);
        out.push(plan);
    }
    out
}

/// The folders of modules that stand for themselves: nobody calls them, or they have variables
/// or a state of their own. Of modules that only call each other it is the first.
fn standing(workspace: &Workspace, library: &Library<'_>) -> BTreeSet<PathBuf> {
    let calls = calls(workspace, library);
    let called: BTreeSet<&PathBuf> = calls.values().flatten().collect();
    let roots = workspace.terraform_roots();
    let stands = |root: &TerraformRoot<'_>| {
        !called.contains(&root.dir)
            || !root.tfvars.is_empty()
            || !library.module(&root.dir).backends.is_empty()
    };
    let mut out: BTreeSet<PathBuf> = BTreeSet::new();
    let mut reached: BTreeSet<PathBuf> = BTreeSet::new();
    // Whether that is new.
    let mut reach = |dir: &PathBuf| {
        let before = reached.len();
        let mut todo = vec![dir.clone()];
        while let Some(dir) = todo.pop() {
            let below = calls.get(&dir).into_iter().flatten();
            if reached.insert(dir) {
                todo.extend(below.cloned());
            }
        }
        reached.len() > before
    };
    for root in roots.iter().filter(|root| stands(root)) {
        reach(&root.dir);
        out.insert(root.dir.clone());
    }
    for root in &roots {
        if !out.contains(&root.dir) && reach(&root.dir) {
            out.insert(root.dir.clone());
        }
    }
    out
}

/// Which folders the modules of each folder call.
fn calls(workspace: &Workspace, library: &Library<'_>) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
    let dirs: BTreeSet<&Path> = workspace
        .of_kind(Kind::Terraform)
        .map(WorkspaceFile::dir)
        .collect();
    let mut out: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for dir in dirs {
        let module = library.module(dir);
        for call in module.calls.values() {
            let source = call.argument("source").and_then(literal).unwrap_or("");
            if source.starts_with('.') {
                let target = workspace.beside(dir, source);
                if target != dir {
                    out.entry(dir.to_path_buf()).or_default().insert(target);
                }
            }
        }
    }
    out
}

fn of_root(
    workspace: &Workspace,
    library: &Library<'_>,
    root: &TerraformRoot<'_>,
    options: &Options,
    out: &mut Vec<Plan>,
) {
    let shown = workspace.show(&root.dir);
    let own = automatic(workspace, &root.dir);
    let sets: Vec<&PathBuf> = root
        .tfvars
        .iter()
        .map(|f| &f.abs)
        .filter(|path| !own.contains(path))
        .collect();
    let mut base = given_by(workspace, shown.clone(), &root.dir, &own);
    command_line(workspace, options, &mut base);
    let module = library.module(&root.dir);
    let complete = module
        .variables
        .iter()
        .all(|(name, v)| v.argument("default").is_some() || base.given.contains_key(name));
    if sets.is_empty() || (complete && !module.variables.is_empty()) {
        out.push(base);
    }
    for set in sets {
        let mut files = own.clone();
        files.push(set.clone());
        let below = set.strip_prefix(&root.dir).unwrap_or(set);
        let name = format!("{shown} ({})", below.to_string_lossy().replace('\\', "/"));
        let mut plan = given_by(workspace, name, &root.dir, &files);
        command_line(workspace, options, &mut plan);
        out.push(plan);
    }
}

/// The sets of variables that the files of a root module give: those that Terraform reads by
/// itself, then each other file on top of them.
pub(super) fn candidates(workspace: &Workspace, dir: &Path) -> Vec<BTreeMap<String, Given>> {
    let own = automatic(workspace, dir);
    let roots = workspace.terraform_roots();
    let tfvars = roots
        .iter()
        .filter(|r| r.dir == dir)
        .flat_map(|r| &r.tfvars);
    let sets = tfvars.map(|f| &f.abs).filter(|path| !own.contains(path));
    let with = |set: Option<&PathBuf>| {
        let files: Vec<PathBuf> = own.iter().chain(set).cloned().collect();
        given_by(workspace, String::new(), dir, &files).given
    };
    std::iter::once(None)
        .chain(sets.map(Some))
        .map(with)
        .collect()
}

/// The files with variables that Terraform reads by itself, in its order.
fn automatic(workspace: &Workspace, dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = ["terraform.tfvars", "terraform.tfvars.json"]
        .iter()
        .map(|n| dir.join(n))
        .filter(|p| workspace.is_file(p))
        .collect();
    let auto = |p: &PathBuf| {
        p.file_name()
            .and_then(|n| n.to_str())
            .is_some_and(|n| n.ends_with(".auto.tfvars") || n.ends_with(".auto.tfvars.json"))
    };
    out.extend(workspace.list(dir).into_iter().filter(auto));
    out
}

fn given_by(workspace: &Workspace, name: String, dir: &Path, files: &[PathBuf]) -> Plan {
    let mut plan = Plan {
        name,
        dir: dir.to_path_buf(),
        given: BTreeMap::new(),
        problems: Vec::new(),
    };
    for file in files {
        read_values(workspace, file, &mut plan);
    }
    plan
}

fn read_values(workspace: &Workspace, file: &Path, plan: &mut Plan) {
    let Some(source) = workspace.read(file) else {
        let message = format!("{} can't be read", workspace.show(file));
        plan.problems.push(Problem::new(message, None));
        return;
    };
    let text = workspace.text(source);
    let json = file.extension().is_some_and(|e| e == "json");
    let (body, problems): (Body, _) = if json {
        json::values(&text)
    } else {
        read_hcl(&text)
    };
    plan.problems.extend(problems);
    for attribute in body.attributes {
        plan.given
            .insert(attribute.name, Given::Expr(attribute.value));
    }
}

/// `--var-file` and `--var`.
fn command_line(workspace: &Workspace, options: &Options, plan: &mut Plan) {
    for file in &options.var_files {
        read_values(workspace, file, plan);
    }
    for (name, value) in &options.vars {
        let source = workspace.add("--var", format!("{name}={value}"), Role::Settings);
        let text = workspace.sources().text(source);
        let value = text.slice(name.len() + 1..text.len());
        plan.given.insert(name.clone(), Given::Text(value));
    }
}

/// A variable from the configuration file.
fn configured(
    workspace: &Workspace,
    value: &Written<toml::Value>,
    deployment: &str,
    name: &str,
) -> Val {
    let origin = workspace
        .read(&value.file)
        .map_or_else(Origin::nowhere, |source| {
            Origin::at(Span::new(source, value.range.start, value.range.end))
        });
    from_toml(&value.value, &origin, 0).then(
        StepKind::Reference,
        None,
        format!("deployment {deployment}, vars.{name}"),
    )
}

fn from_toml(value: &toml::Value, origin: &Origin, depth: usize) -> Val {
    use super::value::{Fields, Num};
    if depth > super::value::MAX_NESTING {
        return Val::unknown("nested too deeply", origin.clone());
    }
    match value {
        toml::Value::String(s) => {
            // Inside the quotes, if nothing is escaped there.
            let place = origin
                .span()
                .filter(|span| span.len() == s.len() + 2)
                .map(|span| Span::new(span.source, span.start as usize + 1, span.end as usize - 1));
            Val {
                origin: origin.clone(),
                ..Val::text(Text::opaque(
                    s.clone(),
                    place.map_or_else(|| origin.clone(), Origin::at),
                ))
            }
        }
        toml::Value::Integer(i) => Val::int(i128::from(*i), origin.clone()),
        toml::Value::Float(f) => match Num::float(*f) {
            Some(num) => Val::num(num, origin.clone()),
            None => Val::unknown("not a number", origin.clone()),
        },
        toml::Value::Boolean(b) => Val::bool(*b, origin.clone()),
        toml::Value::Datetime(d) => Val::str(d.to_string(), origin),
        toml::Value::Array(items) => Val::tuple(
            items
                .iter()
                .map(|v| from_toml(v, origin, depth + 1))
                .collect(),
            origin.clone(),
        ),
        toml::Value::Table(table) => {
            let mut fields = Fields::default();
            for (name, value) in table {
                fields.set(
                    name.clone(),
                    origin.clone(),
                    from_toml(value, origin, depth + 1),
                );
            }
            Val::object(fields, origin.clone())
        }
    }
}
