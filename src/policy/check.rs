//! From an inventory to findings.

use std::cell::{LazyCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use cel::Value;
use rayon::prelude::*;

use super::assemble::{Assembly, Draft};
use super::fact::{self, Fact, Facts};
use super::finding::{Outcome, Recognised, Severity, State, Undecided};
use super::format::{Lang, Processor, Product, Rule, Type};
use super::image::glob;
use super::item;
use super::judge::{self, Judge};
use super::load::Policies;
use super::operator::Operators;
use super::place::Atlas;
use super::recognise::{Layer, Subject, subjects};
use super::values::{Meaning, hosts};
use crate::inventory::{Deployment, Inventory};
use crate::trace::{Problem, Sources};

/// What the user decides.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where data may lie: `EU`, `EEA`, `adequate`, country codes.
    pub allowed: Vec<String>,
    /// Severities instead of the rules'; none switches a rule off.
    pub severities: BTreeMap<String, Option<Severity>>,
    /// Names of operators with whom there is a processing agreement; globs.
    pub processors: Vec<String>,
    /// Hosts that the user controls; globs.
    pub own_hosts: Vec<String>,
    /// Findings that are accepted.
    pub allowances: Vec<Allowance>,
    /// Rules to judge; all if empty. Globs.
    pub only: Vec<String>,
    /// Rules not to judge. Globs.
    pub skip: Vec<String>,
    /// What can't be decided is a finding.
    pub strict: bool,
    /// The language of the words.
    pub lang: Lang,
    /// Today, `YYYY-MM-DD`.
    pub today: String,
}

/// Findings that the configuration accepts.
#[derive(Debug, Clone, Default)]
pub struct Allowance {
    /// The rule; a glob.
    pub rule: String,
    /// The path; a glob, none means all.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<String>,
}

/// Everything that stays the same while deployments are checked.
pub(super) struct Run<'a> {
    pub policies: &'a Policies,
    pub options: &'a Options,
    pub sources: &'a Sources,
    pub atlas: Atlas<'a>,
    pub operators: Operators<'a>,
    /// The rules that judge a setting, by product and setting.
    rules: RefCell<RulesOf<'a>>,
}

type RulesOf<'a> = HashMap<(&'a str, &'a str), Rc<[NamedRule<'a>]>>;

/// A rule and its name.
type NamedRule<'a> = (&'a str, &'a Rule);

/// Judges everything that is deployed.
#[must_use]
pub fn check(
    inventory: &Inventory,
    policies: &Policies,
    options: &Options,
    sources: &Sources,
) -> Outcome {
    let run = Run {
        policies,
        options,
        sources,
        atlas: Atlas::new(policies, options.today.clone()),
        operators: Operators::new(policies, &options.own_hosts),
        rules: RefCell::default(),
    };
    let mut outcome = Outcome {
        problems: inventory.problems.clone(),
        ..Outcome::default()
    };
    let mut assembly = Assembly::new(&run);
    let judge = Judge::default();
    let recognised: Vec<(Vec<Subject<'_>>, Vec<Problem>)> = inventory
        .deployments
        .par_iter()
        .map(|deployment| subjects(deployment, policies))
        .collect();
    let (recognised, problems): (Vec<_>, Vec<_>) = recognised.into_iter().unzip();
    outcome.problems.extend(problems.into_iter().flatten());
    for (deployment, subjects) in inventory.deployments.iter().zip(&recognised) {
        outcome.notes.extend(deployment.notes.iter().cloned());
        for subject in subjects {
            outcome.recognised.push(Recognised {
                product: subject.product.product.clone(),
                title: subject.product.title.clone(),
                component: subject.component.map(str::to_owned),
                deployment: deployment.name.clone(),
                span: subject.origin.nearest_span(),
            });
        }
        for group in groups(subjects) {
            judge_group(
                &run,
                deployment,
                &group,
                &judge,
                &mut assembly,
                &mut outcome,
            );
        }
        let above = above(inventory, &recognised, deployment);
        item::judge_items(
            &run,
            deployment,
            subjects,
            &recognised,
            &above,
            &judge,
            &mut assembly,
            &mut outcome,
        );
    }
    item::judge_processors(&run, &judge, &mut assembly);
    assembly.finish(&mut outcome);
    outcome
}

/// What is deployed by deployments that are built on this one.
fn above<'s, 'a>(
    inventory: &'s Inventory,
    recognised: &'s [Vec<Subject<'a>>],
    deployment: &Deployment,
) -> Vec<(&'s str, &'s Subject<'a>)> {
    let pairs = inventory.built_on.iter();
    let users: BTreeSet<&str> = pairs
        .filter(|(_, used)| *used == deployment.name)
        .map(|(user, _)| user.as_str())
        .collect();
    let all = inventory.deployments.iter().zip(recognised);
    all.filter(|(d, _)| users.contains(d.name.as_str()))
        .flat_map(|(d, subjects)| subjects.iter().map(|s| (d.name.as_str(), s)))
        .filter(|(_, subject)| is_deployed(subject))
        .collect()
}

/// The subjects that speak for each other: of one product, in one namespace.
///
/// What has no namespace (a file that lies there) belongs to the only one, if there is one.
fn groups<'s, 'a>(subjects: &'s [Subject<'a>]) -> Vec<Vec<&'s Subject<'a>>> {
    let mut by_product: BTreeMap<&str, Vec<&'s Subject<'a>>> = BTreeMap::new();
    for subject in subjects {
        by_product
            .entry(subject.product.product.as_str())
            .or_default()
            .push(subject);
    }
    let mut out = Vec::new();
    for (_, list) in by_product {
        let namespaces: BTreeSet<&str> = list.iter().filter_map(|s| s.namespace).collect();
        if namespaces.len() < 2 {
            out.push(list);
            continue;
        }
        for namespace in namespaces {
            out.push(
                list.iter()
                    .filter(|s| s.namespace == Some(namespace))
                    .copied()
                    .collect(),
            );
        }
        let rest: Vec<_> = list.into_iter().filter(|s| s.namespace.is_none()).collect();
        if !rest.is_empty() {
            out.push(rest);
        }
    }
    out
}

fn judge_group<'a>(
    run: &Run<'a>,
    deployment: &Deployment,
    group: &[&Subject<'a>],
    judge: &Judge,
    assembly: &mut Assembly<'_, 'a>,
    outcome: &mut Outcome,
) {
    let Some(first) = group.first() else { return };
    let product = first.product;
    let facts = fact::facts(product, group);
    let components: BTreeSet<&str> = group.iter().filter_map(|s| s.component).collect();
    let shared = LazyCell::new(|| judge.scope(shared_names(product, &facts, &components)));
    // A default is said once for each concern, at the first component that shows it.
    let mut said: BTreeSet<(&str, &str)> = BTreeSet::new();
    for fact in &facts.list {
        if fact.setting.kind == Type::Place {
            assembly.place_of_setting(fact);
            continue;
        }
        if let Meaning::List(items) = &fact.meaning
            && fact.setting.kind == Type::Hosts
        {
            for host in items {
                assembly.see_host(host, fact);
            }
        }
        let rules = run.rules_for(fact);
        if rules.is_empty() {
            continue;
        }
        let state = if fact.node.is_some() {
            State::Written
        } else {
            State::Default
        };
        let why_unknown = match &fact.meaning {
            Meaning::Unknown(why) => Some(why.clone()),
            Meaning::Invalid if fact.node.is_some() => {
                Some("the value is none that the program is known to understand".to_owned())
            }
            _ => None,
        };
        if let Some(why) = why_unknown {
            undecided(run, deployment, fact, why, outcome, assembly, &rules);
            continue;
        }
        let mut departs = false;
        // One finding for each concern: the rules of a setting grade the same departure.
        let mut judged: BTreeSet<&str> = BTreeSet::new();
        let mut rules = rules.to_vec();
        rules.sort_by_key(|rule| std::cmp::Reverse(severity_of(run, fact, *rule, state)));
        for (name, rule) in rules {
            let condition = fact.setting.when.as_deref().unwrap_or(&rule.when);
            let scope = judge.asks(condition, &SHARED).then(|| &*shared);
            match judge.holds(condition, scope, |name| name_of(run, fact, state, name)) {
                Ok(true) => {
                    departs = true;
                    let Some(severity) = severity_of(run, fact, (name, rule), state) else {
                        continue;
                    };
                    if !judged.insert(rule.concern.as_str())
                        || (state == State::Default
                            && !said.insert((fact.name, rule.concern.as_str())))
                    {
                        continue;
                    }
                    if let (State::Default, Some(why)) = (state, &fact.gap) {
                        undecided(
                            run,
                            deployment,
                            fact,
                            why.clone(),
                            outcome,
                            assembly,
                            &[(name, rule)],
                        );
                        continue;
                    }
                    assembly.add(Draft {
                        rule: name,
                        words: rule,
                        severity,
                        state,
                        fact,
                        deployment,
                    });
                }
                Ok(false) => {}
                Err(message) => assembly.broken(name, &message, outcome),
            }
        }
        if !departs {
            *outcome
                .conforming
                .entry((product.product.clone(), fact.name.to_owned()))
                .or_default() += 1;
        }
    }
}

/// The names that are the same for all facts of a group.
const SHARED: [&str; 2] = ["settings", "components"];

fn shared_names<'a>(
    product: &'a Product,
    facts: &Facts<'a>,
    components: &BTreeSet<&str>,
) -> [(&'static str, Value); 2] {
    let settings = judge::map(product.settings.keys().map(|name| {
        let value = facts
            .settings
            .get(name.as_str())
            .map_or(Value::Null, judge::value);
        (name.clone(), value)
    }));
    let components = judge::list(components.iter().map(|c| judge::text(c)));
    [(SHARED[0], settings), (SHARED[1], components)]
}

/// What a condition over a fact sees of it.
fn name_of(run: &Run<'_>, fact: &Fact<'_>, state: State, name: &str) -> Option<Value> {
    Some(match name {
        "value" => judge::value(&fact.meaning),
        "state" => judge::text(state.name()),
        "product" => judge::text(&fact.product.product),
        "component" => judge::text(fact.component.unwrap_or("")),
        "setting" => judge::text(fact.name),
        "third_party" => judge::list(
            fact_hosts(fact)
                .iter()
                .filter(|host| run.operators.of(host).is_some())
                .map(|host| judge::text(host)),
        ),
        "hosts" => judge::list(fact_hosts(fact).iter().map(|host| {
            let operator = run.operators.of(host);
            let get = |f: fn(&Processor) -> &str| judge::text(operator.map_or("", |(_, p)| f(p)));
            let eu = operator.is_some_and(|(_, p)| p.eu == Some(true));
            judge::map([
                ("name", judge::text(host)),
                ("operator", get(|p| &p.operator)),
                ("country", get(|p| &p.country)),
                ("category", get(|p| &p.category)),
                ("eu", Value::Bool(eu)),
            ])
        })),
        _ => return None,
    })
}

/// The host names in a fact's value.
pub(super) fn fact_hosts(fact: &Fact<'_>) -> Vec<String> {
    match (&fact.meaning, fact.setting.kind) {
        (Meaning::List(items), Type::Hosts) => items.clone(),
        (Meaning::List(items), _) => items.iter().flat_map(|i| hosts(i)).collect(),
        (Meaning::Text(text), _) if text.contains('.') => hosts(text),
        _ => Vec::new(),
    }
}

impl<'a> Run<'a> {
    /// The rules that judge a fact.
    fn rules_for(&self, fact: &Fact<'a>) -> Rc<[NamedRule<'a>]> {
        let product = fact.product.product.as_str();
        let mut rules = self.rules.borrow_mut();
        let found = rules.entry((product, fact.name)).or_insert_with(|| {
            let full = format!("{product}:{}", fact.name);
            let all = self.policies.rules.iter();
            let judging = all.filter(|(name, rule)| {
                let named = fact.setting.rules.contains(*name);
                let globbed = || rule.judges.settings.iter().any(|g| glob(&full, g));
                (named || globbed()) && wanted(self.options, name)
            });
            judging.map(|(name, rule)| (name.as_str(), rule)).collect()
        });
        Rc::clone(found)
    }
}

/// Whether the user wants a rule judged.
pub(super) fn wanted(options: &Options, rule: &str) -> bool {
    (options.only.is_empty() || options.only.iter().any(|o| glob(rule, o)))
        && !options.skip.iter().any(|s| glob(rule, s))
        && options.severities.get(rule) != Some(&None)
}

/// How much a departure weighs; none if it isn't to be reported.
fn severity_of(
    run: &Run<'_>,
    fact: &Fact<'_>,
    (name, rule): NamedRule<'_>,
    state: State,
) -> Option<Severity> {
    let written = fact
        .setting
        .severity
        .as_deref()
        .and_then(Severity::from_name)
        .or_else(|| Severity::from_name(&rule.severity))?;
    let own = match state {
        State::Default => match fact
            .setting
            .default_severity
            .as_deref()
            .or(rule.default_severity.as_deref())
        {
            Some("none") => return None,
            Some(name) => Severity::from_name(name).map_or(written.lower(), |s| s.min(written)),
            None => written.lower(),
        },
        _ => written,
    };
    // A file that lies there proves no deployment.
    let own = if state == State::Default && fact.layer == Layer::File {
        own.lower()
    } else {
        own
    };
    match run.options.severities.get(name) {
        Some(Some(severity)) => Some(*severity),
        Some(None) => None,
        None => Some(own),
    }
}

fn undecided<'a>(
    run: &Run<'a>,
    deployment: &Deployment,
    fact: &Fact<'a>,
    why: String,
    outcome: &mut Outcome,
    assembly: &mut Assembly<'_, 'a>,
    rules: &[NamedRule<'a>],
) {
    let origin = fact.node.as_ref().map_or(&fact.add_at, |n| &n.origin);
    outcome.undecided.push(Undecided {
        product: fact.product.product.clone(),
        setting: fact.name.to_owned(),
        concern: fact.setting.concern.clone(),
        why,
        span: origin.nearest_span(),
        deployment: deployment.name.clone(),
    });
    if run.options.strict
        && let Some((name, rule)) = rules.first()
    {
        assembly.add(Draft {
            rule: name,
            words: rule,
            severity: Severity::Warning,
            state: State::Undecided,
            fact,
            deployment,
        });
    }
}

/// Whether a subject is really deployed, not just a file that lies there.
pub(super) fn is_deployed(subject: &Subject<'_>) -> bool {
    !matches!(
        subject.layer,
        Layer::File | Layer::Environment | Layer::Tool
    )
}
