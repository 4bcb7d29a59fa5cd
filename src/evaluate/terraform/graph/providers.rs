//! Which configuration of its provider applies to a resource.

use std::rc::Rc;
use std::sync::Arc;

use super::resources::{Copies, copies};
use super::world::{Key, Made, World};
use crate::evaluate::terraform::ast::{Expr, ExprKind, Key as Name, Op};
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::{Fail, Repeat, Scope};
use crate::evaluate::terraform::limits;
use crate::evaluate::terraform::value::{Data, Fields, Val};
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

/// One configuration of a provider, as an expression names it.
struct Target<'e> {
    /// The name that the module knows the provider by: `aws`.
    local: String,
    /// With its alias: `aws.west`.
    key: String,
    /// Which of the instances that `for_each` makes.
    index: Option<&'e Expr>,
}

impl World<'_> {
    /// The provider's name as Terraform's registry knows it: `hcloud` even if a module calls
    /// it otherwise.
    pub(super) fn provider_name(&self, id: usize, block: &Declared) -> String {
        let local = of_block(block).local;
        let instance = self.instance(id);
        instance
            .module
            .provider_types
            .get(&local)
            .cloned()
            .unwrap_or(local)
    }

    /// The configuration of the provider of a resource; none if the provider needs none. The
    /// instance of the resource may decide which.
    pub(super) fn provider_of(
        &self,
        id: usize,
        block: &Declared,
        repeat: Option<&Repeat>,
    ) -> Option<Val> {
        let name = self.provider_name(id, block);
        let scope = Scope {
            repeat,
            ..Scope::of(self, id)
        };
        if let Some(val) = self.provider(&scope, &of_block(block), 0) {
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
                let unknown = match &fields.rest {
                    Some(why) => Val::new(Data::Unknown(why.clone()), val.origin.clone()),
                    None => Val::unknown(why, val.origin.clone()),
                };
                fields.set(argument, val.origin.clone(), unknown);
            }
        }
        Val::object(fields, val.origin.clone())
    }

    /// The configuration that `target` means where `scope` is.
    fn provider(&self, scope: &Scope<'_>, target: &Target<'_>, depth: usize) -> Option<Val> {
        if depth > limits::MAX_MODULE_DEPTH {
            return None;
        }
        let (id, key) = (scope.module, target.key.as_str());
        let instance = self.instance(id);
        if let Some((parent, call)) = &instance.parent {
            let above = self.instance(*parent);
            let block = above.module.calls.get(call)?;
            if let Some(map) = block.body.attribute("providers")
                && let Some(passed) = mapped(&map.value, key)
            {
                let Some(passed_target) = of_expr(passed) else {
                    let why = "which provider is passed can't be told";
                    return Some(open(Unknown::new(why), &passed.origin));
                };
                let scope = Scope {
                    repeat: instance.repeat.as_ref(),
                    ..Scope::of(self, *parent)
                };
                let found = self.provider(&scope, &passed_target, depth + 1)?;
                let note = format!("module.{call}, providers");
                return Some(found.then(StepKind::Reference, map.key.span(), note));
            }
        }
        if let Some(block) = instance.module.providers.get(key) {
            return self.instance_of(scope, key, block, target.index);
        }
        let (parent, _) = instance.parent.as_ref()?;
        if key != target.local {
            let why = Unknown::new(format!("provider {key} is not configured"));
            return Some(open(why, &Origin::nowhere()));
        }
        let unindexed = Target {
            local: target.local.clone(),
            key: target.local.clone(),
            index: None,
        };
        self.provider(&Scope::of(self, *parent), &unindexed, depth + 1)
    }

    /// The instance `index` of a `provider` block, or the only one.
    fn instance_of(
        &self,
        scope: &Scope<'_>,
        key: &str,
        block: &Declared,
        index: Option<&Expr>,
    ) -> Option<Val> {
        let all = self.configurations(scope.module, key, block);
        let Some(index) = index else {
            return all.into_iter().next().map(|(_, val)| val);
        };
        let index = scope.eval_or_unknown(index);
        if let Some(why) = index.why() {
            return Some(open(why.clone(), &index.origin));
        }
        let wanted = format!("[{:?}]", index.as_str().unwrap_or_default());
        let found = all.iter().find(|(suffix, _)| *suffix == wanted);
        // Of instances nobody could count there is one that stands for all.
        let found = found.or_else(|| all.first().filter(|(suffix, _)| suffix.is_empty()));
        found.map(|(_, val)| val.clone()).or_else(|| {
            let why = Unknown::new(format!("there is no provider {key}{wanted}"));
            Some(open(why, &index.origin))
        })
    }

    /// The arguments of all instances of a `provider` block, each with what its address ends in.
    pub(super) fn configurations(
        &self,
        id: usize,
        key: &str,
        block: &Declared,
    ) -> Vec<(String, Val)> {
        let made = self.once(
            Key::Provider(id, key.to_owned()),
            &block.header,
            || Made::Configurations(self.make_configurations(id, block).map(Rc::new)),
            |fail| Made::Configurations(Err(fail)),
        );
        match made {
            Made::Configurations(Ok(all)) => (*all).clone(),
            _ => Vec::new(),
        }
    }

    fn make_configurations(&self, id: usize, block: &Declared) -> Result<Vec<(String, Val)>, Fail> {
        let scope = Scope::of(self, id);
        let shape = copies(&scope, &block.body)?;
        let mut out = Vec::new();
        for (suffix, repeat) in shape.instances() {
            let scope = Scope {
                repeat: repeat.as_ref(),
                ..scope
            };
            let mut fields = self.body(&scope, &block.body)?;
            // What tells the instance from the others is where its key is written.
            let origin = match &repeat {
                Some(Repeat::Each(key, _)) if key.origin.span().is_some() => key.origin.clone(),
                _ => block.header.clone(),
            };
            if let Copies::Unknown(why, _) = &shape {
                fields.rest = Some(why.clone());
            }
            out.push((suffix, Val::object(fields, origin)));
        }
        Ok(out)
    }
}

/// The arguments of a provider that the environment may say, and why each isn't known.
fn from_environment(name: &str) -> impl Iterator<Item = (&'static str, String)> {
    let own = FROM_ENVIRONMENT
        .iter()
        .filter(move |(provider, ..)| *provider == name);
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
        config
            .get(argument)
            .is_some_and(|node| node.why_unknown().is_some())
    })
}

fn open(why: Arc<Unknown>, origin: &Origin) -> Val {
    let fields = Fields {
        rest: Some(why),
        ..Fields::default()
    };
    Val::object(fields, origin.clone())
}

/// The provider of a resource: the one it names, else the one of its type's name.
fn of_block(block: &Declared) -> Target<'_> {
    if let Some(target) = block.argument("provider").and_then(of_expr) {
        return target;
    }
    let prefix = block.kind.split('_').next().unwrap_or(&block.kind);
    Target {
        local: prefix.to_owned(),
        key: prefix.to_owned(),
        index: None,
    }
}

/// The provider that an expression names: `aws`, `aws.west`, `aws.by_region["eu"]`.
fn of_expr(expr: &Expr) -> Option<Target<'_>> {
    let (path, index) = root_path(expr);
    let local = path.first().filter(|name| !name.is_empty())?;
    Some(Target {
        local: local.clone(),
        key: path.join("."),
        index,
    })
}

/// The names of a reference up to the first index, and that index.
fn root_path(expr: &Expr) -> (Vec<String>, Option<&Expr>) {
    if let Some(path) = expr.path() {
        return (path.into_iter().map(str::to_owned).collect(), None);
    }
    let (root, ops) = match &expr.kind {
        ExprKind::Traverse(root, ops) => (root, ops),
        ExprKind::Wrap(inner) => return root_path(inner),
        _ => return (Vec::new(), None),
    };
    let (mut out, _) = root_path(root);
    for op in ops {
        match op {
            Op::Attr(name, _) => out.push(name.clone()),
            Op::Index(index) => return (out, Some(index)),
            Op::Splat(_) => break,
        }
    }
    (out, None)
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
