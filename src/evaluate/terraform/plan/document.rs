//! What a plan says: planned resources, their part of the configuration, providers, variables.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::terraform::limits;
use crate::trace::{Node, Origin, Problem, StepKind, Value};

/// Resources of one plan; those after are left out.
pub(super) const MAX_RESOURCES: usize = 50_000;

/// Expressions that are looked at for what one resource refers to.
const MAX_REFERENCES: usize = 2_000;

/// A plan that was read.
pub(super) struct Document<'d> {
    root: &'d Node,
    /// Module instances, outer before inner; the first is the root module.
    pub(super) modules: Vec<Module<'d>>,
    /// Instances of a module by the one that calls it and their path.
    children: BTreeMap<(usize, String), Vec<usize>>,
    changes: BTreeMap<&'d str, &'d Node>,
    /// What was left out.
    pub(super) problems: Vec<Problem>,
}

/// An instance of a module.
pub(super) struct Module<'d> {
    /// `module.web["a"]`; empty for the root module.
    pub(super) address: String,
    /// The address without instances: `module.web`.
    pub(super) path: String,
    planned: &'d Node,
    config: Option<&'d Node>,
    call: Option<&'d Node>,
    parent: Option<usize>,
    depth: usize,
}

/// A resource that will be there.
pub(super) struct Planned<'d> {
    /// Its full address.
    pub(super) address: &'d str,
    /// Which of the modules it is in.
    pub(super) module: usize,
    /// Whether it is only read.
    pub(super) data: bool,
    /// Its type.
    pub(super) kind: &'d str,
    /// The provider's name in the registry.
    pub(super) provider: &'d str,
    /// The arguments that are known.
    pub(super) values: Option<&'d Node>,
    /// True where something is known only after applying.
    pub(super) unknown: Option<&'d Node>,
    /// The resource in the configuration that the plan was made of.
    pub(super) declared: Option<&'d Node>,
    /// Where its address is written.
    pub(super) origin: Origin,
}

impl<'d> Document<'d> {
    /// The plan in `root`.
    ///
    /// # Errors
    /// If it isn't in a format that is known.
    pub(super) fn new(root: &'d Node) -> Result<Self, Problem> {
        let wrong = |message: String| Problem::new(message, root.origin.nearest_span());
        let version = root.get("format_version").and_then(Node::as_str);
        let Some(version) = version else {
            return Err(wrong(
                "a plan without a format_version is not read".to_owned(),
            ));
        };
        if !(version.starts_with("1.") || version.starts_with("0.")) {
            return Err(wrong(format!(
                "plans in format {version} are not read, only 1.x"
            )));
        }
        let Some(planned) = root.at(&["planned_values", "root_module"]) else {
            return Err(wrong(
                "the plan has no planned_values.root_module".to_owned(),
            ));
        };
        let mut this = Self {
            root,
            modules: vec![Module {
                address: String::new(),
                path: String::new(),
                planned,
                config: root.at(&["configuration", "root_module"]),
                call: None,
                parent: None,
                depth: 0,
            }],
            children: BTreeMap::new(),
            changes: BTreeMap::new(),
            problems: Vec::new(),
        };
        for change in list(root.get("resource_changes")) {
            // Of an object that is replaced by hand there are two: the one with `deposed` goes.
            if change.get("deposed").is_some() {
                continue;
            }
            if let Some(address) = word(change, "address") {
                this.changes.insert(address, change);
            }
        }
        this.take_children();
        Ok(this)
    }

    fn take_children(&mut self) {
        let mut at = 0;
        while let Some(module) = self.modules.get(at) {
            let (address, path) = (module.address.clone(), module.path.clone());
            let (config, depth) = (module.config, module.depth);
            for child in list(module.planned.get("child_modules")) {
                let Some(full) = word(child, "address") else {
                    continue;
                };
                let place = child.origin.nearest_span();
                if depth >= limits::MAX_MODULE_DEPTH || self.modules.len() >= limits::MAX_MODULES {
                    let message = format!(
                        "the plan has more than {} modules, or more than {} within each other; the rest is not read",
                        limits::MAX_MODULES,
                        limits::MAX_MODULE_DEPTH
                    );
                    self.problems.push(Problem::new(message, place));
                    return;
                }
                let below = full.strip_prefix(address.as_str()).unwrap_or(full);
                let name = below.trim_start_matches('.').trim_start_matches("module.");
                let name = name.split('[').next().unwrap_or(name);
                let call = config.and_then(|c| c.at(&["module_calls", name]));
                let path = join(&path, &format!("module.{name}"));
                let siblings = self.children.entry((at, path.clone())).or_default();
                siblings.push(self.modules.len());
                self.modules.push(Module {
                    address: full.to_owned(),
                    path,
                    planned: child,
                    config: call.and_then(|c| c.get("module")),
                    call,
                    parent: Some(at),
                    depth: depth + 1,
                });
            }
            at += 1;
        }
    }

    /// All planned resources, in the plan's order.
    pub(super) fn resources(&mut self) -> Vec<Planned<'d>> {
        let mut out = Vec::new();
        for (module, planned) in self.modules.iter().enumerate() {
            let declared: BTreeMap<&str, &Node> =
                list(planned.config.and_then(|c| c.get("resources")))
                    .iter()
                    .filter_map(|r| Some((word(r, "address")?, r)))
                    .collect();
            for resource in list(planned.planned.get("resources")) {
                let found = (word(resource, "address"), word(resource, "type"));
                let (Some(address), Some(kind)) = found else {
                    let place = resource.origin.nearest_span();
                    let message = "a planned resource without address and type is not read";
                    self.problems.push(Problem::new(message, place));
                    continue;
                };
                if out.len() >= MAX_RESOURCES {
                    let message = format!(
                        "the plan has more than {MAX_RESOURCES} resources; the rest is not read"
                    );
                    self.problems
                        .push(Problem::new(message, resource.origin.nearest_span()));
                    return out;
                }
                let data = word(resource, "mode") == Some("data");
                let name = word(resource, "name").unwrap_or_default();
                let prefix = if data { "data." } else { "" };
                let provider = word(resource, "provider_name").unwrap_or_default();
                let change = self.changes.get(address).copied();
                out.push(Planned {
                    address,
                    module,
                    data,
                    kind,
                    provider: provider.rsplit('/').next().unwrap_or(provider),
                    values: resource.get("values").filter(|v| v.as_map().is_some()),
                    unknown: change.and_then(|c| c.at(&["change", "after_unknown"])),
                    declared: declared
                        .get(format!("{prefix}{kind}.{name}").as_str())
                        .copied(),
                    origin: resource
                        .get("address")
                        .map_or_else(Origin::nowhere, |a| a.origin.clone()),
                });
            }
        }
        out
    }

    /// The configuration's providers by key: `aws.west`, `module.web:aws`.
    pub(super) fn providers(&self) -> Vec<(&'d str, &'d Node)> {
        let all = self.root.at(&["configuration", "provider_config"]);
        all.and_then(Node::as_map)
            .into_iter()
            .flat_map(|m| m.iter())
            .collect()
    }

    /// The variables of the root module that have a value.
    pub(super) fn variables(&self) -> Vec<(&'d str, &'d Node)> {
        let all = self.root.get("variables").and_then(Node::as_map);
        all.into_iter()
            .flat_map(|m| m.iter())
            .filter_map(|(name, v)| Some((name, v.get("value")?)))
            .collect()
    }

    /// `type.name` of the resources that the root module declares.
    pub(super) fn declared(&self) -> Vec<&'d str> {
        let config = self.modules.first().and_then(|m| m.config);
        list(config.and_then(|c| c.get("resources")))
            .iter()
            .filter_map(|r| word(r, "address"))
            .collect()
    }

    /// The names of the modules that the root module calls.
    pub(super) fn called(&self) -> Vec<&'d str> {
        let config = self.modules.first().and_then(|m| m.config);
        let calls = config
            .and_then(|c| c.get("module_calls"))
            .and_then(Node::as_map);
        calls.into_iter().flat_map(|m| m.keys()).collect()
    }

    /// What an expression of the configuration comes to in a module, as far as a plan tells:
    /// it has constants, and else only the names that an expression refers to.
    ///
    /// What refers to nothing but one variable may be that variable or something made of it. It
    /// is taken for the variable itself, which is in doubt as long as nothing proves it.
    pub(super) fn value(&self, expression: &Node, module: usize, depth: usize) -> Node {
        let origin = &expression.origin;
        if depth > limits::MAX_MODULE_DEPTH {
            return Node::unknown("nested too deeply", origin.clone());
        }
        if let Some(constant) = expression.get("constant_value") {
            return constant.clone();
        }
        let references: Vec<&str> = list(expression.get("references"))
            .iter()
            .filter_map(Node::as_str)
            .collect();
        let Some(first) = references.first() else {
            return match &expression.value {
                // Blocks: their arguments are expressions again.
                Value::List(items) => {
                    let items = items.iter().map(|i| self.block(i, module, depth + 1));
                    Node::list(items.collect(), origin.clone())
                }
                Value::Map(map) if !map.is_empty() => self.block(expression, module, depth + 1),
                _ => Node::unknown(
                    "the plan doesn't tell what the expression comes to",
                    origin.clone(),
                ),
            };
        };
        let variable =
            variable(first).filter(|name| references.iter().all(|r| variable(r) == Some(name)));
        let found = variable
            .and_then(|name| self.variable(name, module, depth + 1))
            .and_then(|found| inside(found, first));
        match found {
            Some(found) => {
                let at = origin.nearest_span();
                let note = format!("{first}, if it is taken as it is, which the plan doesn't tell");
                found.map_origins(&|o| o.then(StepKind::Doubt, at, note.clone()))
            }
            None => Node::unknown(
                format!("the plan doesn't tell what {first} comes to"),
                origin.clone(),
            ),
        }
    }

    fn variable(&self, name: &str, module: usize, depth: usize) -> Option<Node> {
        let module = self.modules.get(module)?;
        let Some(parent) = module.parent else {
            return self.root.at(&["variables", name, "value"]).cloned();
        };
        match module.call?.at(&["expressions", name]) {
            Some(passed) => Some(self.value(passed, parent, depth)),
            None => module.config?.at(&["variables", name, "default"]).cloned(),
        }
    }

    /// The arguments of a block, each an expression.
    pub(super) fn block(&self, block: &Node, module: usize, depth: usize) -> Node {
        let Some(map) = block.as_map() else {
            return Node::unknown("not a block", block.origin.clone());
        };
        let slots = map.slots().map(|(name, slot)| {
            let mut slot = slot.clone();
            slot.node = self.value(&slot.node, module, depth);
            (name.to_owned(), slot)
        });
        Node::map(slots.collect(), block.origin.clone())
    }

    /// Whether planned resources of the provider with this key lie in `place`; none if they
    /// don't tell where they lie.
    pub(super) fn lie_in(&self, key: &str, place: &str) -> Option<bool> {
        let mut out = None;
        for module in &self.modules {
            let declared = list(module.config.and_then(|c| c.get("resources")));
            let of_provider: BTreeSet<&str> = declared
                .iter()
                .filter(|d| word(d, "provider_config_key") == Some(key))
                // Its own argument says nothing of the provider's.
                .filter(|d| {
                    OWN_PLACES
                        .iter()
                        .all(|n| d.at(&["expressions", n]).is_none())
                })
                .filter_map(|d| word(d, "address"))
                .collect();
            for resource in list(module.planned.get("resources")) {
                let names = word(resource, "type").zip(word(resource, "name"));
                let address = names.map(|(kind, name)| format!("{kind}.{name}"));
                let Some(values) = resource.get("values") else {
                    continue;
                };
                if !address.is_some_and(|a| of_provider.contains(a.as_str())) {
                    continue;
                }
                if PLACES
                    .iter()
                    .any(|n| word(values, n).is_some_and(|v| is_in(v, place)))
                {
                    return Some(true);
                }
                if CERTAIN.iter().any(|n| word(values, n).is_some()) {
                    out = Some(false);
                }
            }
        }
        out
    }

    /// The module that the configuration knows under this address.
    pub(super) fn module_at(&self, path: &str) -> usize {
        self.modules
            .iter()
            .position(|m| m.path == path)
            .unwrap_or(0)
    }

    /// Addresses of resources that expressions in a module refer to, through variables and
    /// outputs too. What stands behind locals is not in a plan.
    pub(super) fn refers(&self, expressions: &'d Node, module: usize) -> Vec<String> {
        let mut out = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut todo = vec![(expressions, module)];
        while let Some((node, at)) = todo.pop() {
            let Some(here) = self.modules.get(at) else {
                continue;
            };
            if seen.len() >= MAX_REFERENCES || !seen.insert((std::ptr::from_ref(node), at)) {
                continue;
            }
            for reference in list(node.get("references"))
                .iter()
                .take(MAX_REFERENCES)
                .filter_map(Node::as_str)
            {
                let parts: Vec<&str> = reference.split(['.', '[']).collect();
                match parts.as_slice() {
                    ["var", name, ..] => {
                        let passed = here.call.and_then(|c| c.at(&["expressions", name]));
                        todo.extend(passed.zip(here.parent));
                    }
                    ["module", name, rest @ ..] => {
                        let path = join(&here.path, &format!("module.{name}"));
                        let output = rest.last().copied().unwrap_or_default();
                        for below in self.children.get(&(at, path)).into_iter().flatten() {
                            let config = self.modules.get(*below).and_then(|m| m.config);
                            let all = config.and_then(|c| c.get("outputs"));
                            todo.extend(all.and_then(|o| o.get(output)).map(|o| (o, *below)));
                            if todo.len() >= MAX_REFERENCES {
                                break;
                            }
                        }
                    }
                    [
                        "local" | "each" | "count" | "self" | "path" | "terraform",
                        ..,
                    ] => {}
                    ["data", kind, name, ..] => {
                        out.insert(join(&here.address, &format!("data.{kind}.{name}")));
                    }
                    [kind, name, ..] => {
                        out.insert(join(&here.address, &format!("{kind}.{name}")));
                    }
                    _ => {}
                }
            }
            match &node.value {
                Value::Map(map) => todo.extend(map.iter().map(|(_, n)| (n, at))),
                Value::List(items) => todo.extend(items.iter().map(|n| (n, at))),
                _ => {}
            }
        }
        out.into_iter().collect()
    }
}

/// Arguments by which a resource says where it is itself.
const OWN_PLACES: &[&str] = &["location", "region"];

/// Attributes that say where a resource is.
const PLACES: &[&str] = &[
    "arn",
    "availability_zone",
    "location",
    "region",
    "self_link",
    "zone",
];

/// Those that never lie elsewhere than their provider.
const CERTAIN: &[&str] = &["availability_zone", "region"];

/// Whether what says where something is says that it is in `place`: the place itself, one of its
/// zones, or an address with it.
fn is_in(told: &str, place: &str) -> bool {
    let zone = |after: &str| {
        let after = after.strip_prefix('-').unwrap_or(after);
        after.len() <= 1 && after.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let mut parts = told.split([':', '/']);
    !place.is_empty() && parts.any(|part| part.strip_prefix(place).is_some_and(zone))
}

/// What a reference like `var.NAME.key["key"][0]` means inside the variable's value.
fn inside(value: Node, reference: &str) -> Option<Node> {
    let mut steps = reference.strip_prefix("var.")?.split(['.', '[']).skip(1);
    steps.try_fold(value, |node, step| {
        let step = step.trim_end_matches(']').trim_matches('"');
        match node.as_list() {
            Some(items) => items.get(step.parse::<usize>().ok()?).cloned(),
            None => node.get(step).cloned(),
        }
    })
}

/// The name in `var.NAME…`.
fn variable(reference: &str) -> Option<&str> {
    reference.strip_prefix("var.")?.split(['.', '[']).next()
}

/// An address in the module with that address.
pub(super) fn join(module: &str, below: &str) -> String {
    if module.is_empty() {
        below.to_owned()
    } else {
        format!("{module}.{below}")
    }
}

/// The items of a list; none if it isn't one.
pub(super) fn list(node: Option<&Node>) -> &[Node] {
    node.and_then(Node::as_list).unwrap_or_default()
}

/// The characters under a key.
pub(super) fn word<'d>(node: &'d Node, key: &str) -> Option<&'d str> {
    node.get(key)?.as_str()
}
