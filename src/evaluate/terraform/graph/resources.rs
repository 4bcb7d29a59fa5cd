//! Resources and data sources: how many there are, and what others can read of them.

use std::rc::Rc;
use std::sync::Arc;

use super::world::{Key, Made, World};
use crate::evaluate::terraform::ast::Body;
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::{Fail, Outcome, Repeat, Scope};
use crate::evaluate::terraform::limits;
use crate::evaluate::terraform::value::{Data, Fields, Type, Val, convert};
use crate::trace::{Origin, Unknown};

/// How often something is there.
#[derive(Debug, Clone)]
pub(super) enum Copies {
    /// Once, without `count` or `for_each`.
    One,
    /// `count`: so many times. With the value that says so.
    Count(usize, Val),
    /// `for_each`: for these keys and values. With the value that says so.
    Each(Vec<(String, Val, Val)>, Val),
    /// Nobody knows. With the value that should say so.
    Unknown(Arc<Unknown>, Val),
}

impl Copies {
    /// Address suffix and meaning of `count` and `each` for every instance. Where the number
    /// isn't known there is one that stands for all.
    #[must_use]
    pub(super) fn instances(&self) -> Vec<(String, Option<Repeat>)> {
        match self {
            Self::One => vec![(String::new(), None)],
            Self::Count(n, by) => (0..*n)
                .map(|i| {
                    let index = Val::int(i128::try_from(i).unwrap_or(0), by.origin.clone());
                    (format!("[{i}]"), Some(Repeat::Count(index)))
                })
                .collect(),
            Self::Each(items, _) => items
                .iter()
                .map(|(name, key, val)| {
                    let each = Repeat::Each(key.clone(), val.clone());
                    (format!("[{name:?}]"), Some(each))
                })
                .collect(),
            Self::Unknown(why, by) => {
                let unknown = || Val::new(Data::Unknown(why.clone()), by.origin.clone());
                let repeat = if matches!(by.data, Data::Num(_)) {
                    Repeat::Count(unknown())
                } else {
                    Repeat::Each(unknown(), unknown())
                };
                vec![(String::new(), Some(repeat))]
            }
        }
    }

    /// Which instance `index` means.
    #[must_use]
    pub(super) fn position(&self, index: &Val) -> Option<usize> {
        match self {
            Self::One | Self::Unknown(..) => None,
            Self::Count(n, _) => {
                let Ok(Val {
                    data: Data::Num(at),
                    ..
                }) = convert(index, &Type::Num, &|_| Val::null(Origin::nowhere()))
                else {
                    return None;
                };
                at.as_usize().filter(|i| i < n)
            }
            Self::Each(items, _) => {
                let key = index.as_str()?;
                items.iter().position(|(name, ..)| name == key)
            }
        }
    }

    /// The value that says how often, if there is one.
    #[must_use]
    pub(super) fn by(&self) -> Option<&Val> {
        match self {
            Self::One => None,
            Self::Count(_, by) | Self::Each(_, by) | Self::Unknown(_, by) => Some(by),
        }
    }

    /// One value for all instances, as references see it.
    #[must_use]
    pub(super) fn gather(&self, mut objects: Vec<Val>, header: &Origin) -> Val {
        match self {
            Self::One => objects.pop().unwrap_or_else(|| Val::null(header.clone())),
            Self::Count(..) => Val::tuple(objects, header.clone()),
            Self::Each(items, _) => {
                let mut fields = Fields::default();
                for ((name, key, _), object) in items.iter().zip(objects) {
                    fields.set(name.clone(), key.origin.clone(), object);
                }
                Val::object(fields, header.clone())
            }
            Self::Unknown(why, _) => Val::new(Data::Unknown(why.clone()), header.clone()),
        }
    }
}

/// How often the block with this body is there.
///
/// # Errors
/// If `count` or `for_each` fail to evaluate or are of a wrong type.
pub(super) fn copies(scope: &Scope<'_>, body: &Body) -> Result<Copies, Fail> {
    if let Some(count) = body.attribute("count") {
        let val = match scope.eval(&count.value) {
            Ok(val) => val,
            Err(fail) if fail.limit => return Err(fail),
            Err(fail) => Val::unknown(fail.message, count.value.origin.clone()),
        };
        if let Some(why) = val.why() {
            let why = why.clone();
            let by = Val::int(0, val.origin);
            return Ok(Copies::Unknown(why, by));
        }
        let number = convert(&val, &Type::Num, &|_| Val::null(Origin::nowhere()))
            .map_err(|e| Fail::new(format!("count: {e}")))?;
        let Data::Num(n) = number.data else {
            return Err(Fail::new("count is null"));
        };
        let n = n.as_usize().ok_or("count is not a whole number")?;
        if n > limits::MAX_INSTANCES {
            return too_many(scope, val.origin.nearest_span());
        }
        return Ok(Copies::Count(n, val));
    }
    let Some(each) = body.attribute("for_each") else {
        return Ok(Copies::One);
    };
    let val = match scope.eval(&each.value) {
        Ok(val) => val,
        Err(fail) if fail.limit => return Err(fail),
        Err(fail) => Val::unknown(fail.message, each.value.origin.clone()),
    };
    each_of(scope, val)
}

fn each_of(scope: &Scope<'_>, val: Val) -> Result<Copies, Fail> {
    let rest = val.fields().and_then(|f| f.rest.clone());
    if let Some(why) = val.why().cloned().or(rest) {
        return Ok(Copies::Unknown(why, val));
    }
    let items: Vec<(String, Val, Val)> = if let Some(fields) = val.fields() {
        fields
            .entries
            .iter()
            .map(|(name, field)| {
                let key = Val::str(name.clone(), &field.key);
                (name.clone(), key, field.val.clone())
            })
            .collect()
    } else if let Data::Set(items) = &val.data {
        items
            .iter()
            .filter_map(|v| Some((v.as_str()?.to_owned(), v.clone(), v.clone())))
            .collect()
    } else {
        return Err(Fail::new(format!(
            "for_each takes a map or a set of strings, not a {}",
            val.type_name()
        )));
    };
    if items.len() > limits::MAX_INSTANCES {
        return too_many(scope, val.origin.nearest_span());
    }
    Ok(Copies::Each(items, val))
}

fn too_many<T>(scope: &Scope<'_>, at: Option<crate::trace::Span>) -> Result<T, Fail> {
    let message = format!("there are more than {} instances", limits::MAX_INSTANCES);
    scope.world.problem_once(&message, at);
    Err(Fail::limit(message))
}

/// A resource with all its instances.
pub(super) struct Expanded {
    pub(super) shape: Copies,
    /// Address suffix, repetition, and arguments.
    pub(super) instances: Vec<(String, Option<Repeat>, Val)>,
}

impl World<'_> {
    /// What a reference to a resource or data source sees.
    ///
    /// # Errors
    /// If it isn't there, refers to itself, or its number can't be evaluated.
    pub(crate) fn resource(&self, id: usize, data: bool, key: &str) -> Outcome {
        let instance = self.instance(id);
        let all = if data {
            &instance.module.data
        } else {
            &instance.module.resources
        };
        let Some(block) = all.get(key) else {
            let what = if data { "data source" } else { "resource" };
            return Err(Fail::new(format!("there is no {what} \"{key}\"")));
        };
        self.refer(address(&instance.address, data, key));
        let expanded = self.expanded(id, data, key, block)?;
        let objects = expanded
            .instances
            .iter()
            .map(|(_, _, v)| v.clone())
            .collect();
        Ok(expanded.shape.gather(objects, &block.header))
    }

    /// The instances of a resource or data source.
    pub(super) fn expanded(
        &self,
        id: usize,
        data: bool,
        key: &str,
        block: &Declared,
    ) -> Result<Rc<Expanded>, Fail> {
        let made = self.once(
            Key::Resource(id, data, key.to_owned()),
            &block.header,
            || Made::Expanded(self.expand(id, data, key, block).map(Rc::new)),
            |fail| Made::Expanded(Err(fail)),
        );
        match made {
            Made::Expanded(expanded) => expanded,
            _ => Err(Fail::new("not a resource")),
        }
    }

    fn expand(&self, id: usize, data: bool, key: &str, block: &Declared) -> Result<Expanded, Fail> {
        let scope = Scope::of(self, id);
        let shape = copies(&scope, &block.body)?;
        let prefix = if data { "data." } else { "" };
        let rest = Unknown::new(format!(
            "{prefix}{key}.{{attribute}} is only known to the provider"
        ));
        let mut instances = Vec::new();
        for (suffix, repeat) in shape.instances() {
            let scope = Scope {
                repeat: repeat.as_ref(),
                ..scope
            };
            let mut fields = self.open_body(&scope, &block.body, &rest)?;
            self.computed(&scope, data, block, &mut fields);
            instances.push((suffix, repeat, Val::object(fields, block.header.clone())));
        }
        Ok(Expanded { shape, instances })
    }
}

/// The address of a resource without its instance.
pub(super) fn address(module: &str, data: bool, key: &str) -> String {
    let prefix = if data { "data." } else { "" };
    if module.is_empty() {
        format!("{prefix}{key}")
    } else {
        format!("{module}.{prefix}{key}")
    }
}
