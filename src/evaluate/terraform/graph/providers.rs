//! Which configuration of its provider applies to a resource.

use super::world::{Key, Made, World};
use crate::evaluate::terraform::ast::{Expr, ExprKind, Key as Name};
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::{Outcome, Scope};
use crate::evaluate::terraform::limits;
use crate::evaluate::terraform::value::{Fields, Val};
use crate::trace::{Node, Origin, StepKind, Unknown, Value};

/// Arguments of a provider that may come from outside of the tree, and the variable by which.
const FROM_ENVIRONMENT: &[(&str, &str, &str)] = &[
    ("aws", "region", "AWS_REGION"),
    ("awscc", "region", "AWS_REGION"),
    ("google", "region", "GOOGLE_REGION"),
    ("google-beta", "region", "GOOGLE_REGION"),
    ("openstack", "region", "OS_REGION_NAME"),
    ("opentelekomcloud", "region", "OS_REGION_NAME"),
    ("ovh", "endpoint", "OVH_ENDPOINT"),
    ("scaleway", "region", "SCW_DEFAULT_REGION"),
    ("scaleway", "zone", "SCW_DEFAULT_ZONE"),
    ("stackit", "default_region", "STACKIT_REGION"),
    ("oci", "region", "OCI_REGION"),
    ("ibm", "region", "IC_REGION"),
    ("alicloud", "region", "ALICLOUD_REGION"),
    ("tencentcloud", "region", "TENCENTCLOUD_REGION"),
];

impl World<'_> {
    /// The provider's name as Terraform's registry knows it: `hcloud` even if a module calls
    /// it otherwise.
    pub(super) fn provider_name(&self, id: usize, block: &Declared) -> String {
        let (local, _) = local_name(block);
        let instance = self.instance(id);
        instance
            .module
            .provider_types
            .get(&local)
            .cloned()
            .unwrap_or(local)
    }

    /// The configuration of the provider of a resource; none if the provider needs none.
    pub(super) fn provider_of(&self, id: usize, block: &Declared) -> Option<Val> {
        let (local, key) = local_name(block);
        let name = self.provider_name(id, block);
        if let Some(val) = self.provider(id, &local, &key, 0) {
            return Some(self.completed(&name, val));
        }
        let nothing = Val::object(Fields::default(), Origin::nowhere());
        let completed = self.completed(&name, nothing);
        completed
            .fields()
            .is_some_and(|f| !f.entries.is_empty())
            .then_some(completed)
    }

    /// With what the environment may say as unknown values.
    pub(super) fn completed(&self, name: &str, val: Val) -> Val {
        let Some(fields) = val.fields() else {
            return val;
        };
        let mut fields = fields.clone();
        for (argument, why) in from_environment(name) {
            if !fields.entries.contains_key(argument) {
                let unknown = Val::unknown(why, val.origin.clone());
                fields.set(argument, val.origin.clone(), unknown);
            }
        }
        Val::object(fields, val.origin.clone())
    }

    /// The configuration `key` (`aws`, `aws.west`) as an instance knows it.
    fn provider(&self, id: usize, local: &str, key: &str, depth: usize) -> Option<Val> {
        if depth > limits::MAX_MODULE_DEPTH {
            return None;
        }
        let instance = self.instance(id);
        if let Some((parent, call)) = &instance.parent {
            let above = self.instance(*parent);
            let block = above.module.calls.get(call)?;
            if let Some(map) = block.body.attribute("providers")
                && let Some(target) = mapped(&map.value, key)
            {
                let path = target.path();
                let Some(path) = path.filter(|p| !p.is_empty()) else {
                    // `aws.by_region[each.key]`: which one isn't known here.
                    return Some(open(
                        "which provider is passed can't be told",
                        &target.origin,
                    ));
                };
                let local = path.first().copied().unwrap_or("");
                let found = self.provider(*parent, local, &path.join("."), depth + 1)?;
                let note = format!("module.{call}, providers");
                return Some(found.then(StepKind::Reference, map.key.span(), note));
            }
        }
        if let Some(block) = instance.module.providers.get(key) {
            return self.configuration(id, key, block).ok();
        }
        let (parent, _) = instance.parent.as_ref()?;
        if key != local {
            return Some(open(
                &format!("provider {key} is not configured"),
                &Origin::nowhere(),
            ));
        }
        self.provider(*parent, local, key, depth + 1)
    }

    /// The arguments of a `provider` block.
    pub(super) fn configuration(&self, id: usize, key: &str, block: &Declared) -> Outcome {
        let made = self.once(
            Key::Provider(id, key.to_owned()),
            &block.header,
            || {
                let fields = self.body(&Scope::of(self, id), &block.body);
                Made::Val(fields.map(|f| Val::object(f, block.header.clone())))
            },
            |fail| Made::Val(Err(fail)),
        );
        match made {
            Made::Val(val) => val,
            _ => Ok(Val::null(block.header.clone())),
        }
    }
}

/// The arguments of a provider that the environment may say, and why each isn't known.
fn from_environment(name: &str) -> impl Iterator<Item = (&'static str, String)> {
    let own = FROM_ENVIRONMENT.iter().filter(move |(provider, ..)| *provider == name);
    own.map(|(_, argument, variable)| {
        let why = format!(
            "the provider's {argument} is not written; it may come from the environment ({variable})"
        );
        (*argument, why)
    })
}

/// The arguments of the provider `name`, with what the environment may say as unknown values.
pub(in crate::evaluate::terraform) fn completed(name: &str, mut config: Node) -> Node {
    let origin = config.origin.clone();
    if let Value::Map(map) = &mut config.value {
        for (argument, why) in from_environment(name) {
            if !map.contains(argument) {
                map.insert(argument, origin.clone(), Node::unknown(why, origin.clone()));
            }
        }
    }
    config
}

/// Whether the environment decides where the resources of the provider `name` are, as far as its
/// configuration tells.
pub(in crate::evaluate::terraform) fn left_open(name: &str, config: &Node) -> bool {
    from_environment(name).any(|(argument, _)| {
        config.get(argument).is_some_and(|node| node.why_unknown().is_some())
    })
}

fn open(why: &str, origin: &Origin) -> Val {
    let fields = Fields {
        rest: Some(Unknown::new(why)),
        ..Fields::default()
    };
    Val::object(fields, origin.clone())
}

/// The provider of a resource by its local name, and with its alias.
fn local_name(block: &Declared) -> (String, String) {
    let written = block.argument("provider").map(root_path);
    if let Some(path) = written.filter(|p| !p.is_empty()) {
        return (path[0].clone(), path.join("."));
    }
    let prefix = block.kind.split('_').next().unwrap_or(&block.kind);
    (prefix.to_owned(), prefix.to_owned())
}

/// The names of a reference up to the first that isn't one.
fn root_path(expr: &Expr) -> Vec<String> {
    use crate::evaluate::terraform::ast::Op;
    if let Some(path) = expr.path() {
        return path.into_iter().map(str::to_owned).collect();
    }
    let ExprKind::Traverse(root, ops) = &expr.kind else {
        return Vec::new();
    };
    let mut out = root_path(root);
    for op in ops {
        match op {
            Op::Attr(name, _) => out.push(name.clone()),
            _ => break,
        }
    }
    out
}

/// What `providers = {key = value}` says for `key`.
fn mapped<'e>(map: &'e Expr, key: &str) -> Option<&'e Expr> {
    let ExprKind::Object(entries) = &map.kind else {
        return None;
    };
    entries.iter().find_map(|(name, value)| {
        let matches = match name {
            Name::Name(name, _) => name == key,
            Name::Expr(expr) => expr.path().is_some_and(|p| p.join(".") == key),
        };
        matches.then_some(value)
    })
}
