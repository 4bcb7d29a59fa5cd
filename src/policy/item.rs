//! Rules over items of the inventory: places, routes, ports, operators.

use std::collections::BTreeSet;

use cel::Value;

use super::assemble::{Assembly, ItemDraft};
use super::check::{Run, is_deployed, wanted};
use super::finding::{Outcome, Severity, Undecided};
use super::format::{Product, Rule};
use super::judge::{self, Judge};
use super::place::Named;
use super::recognise::Subject;
use super::words::{Placeholders, join};
use crate::inventory::{Deployment, Item, Links, Opening, Route, Workload};
use crate::trace::{Span, StepKind};

/// Judges the places, routes and ports of a deployment.
#[allow(clippy::too_many_arguments)]
pub(super) fn judge_items<'a>(
    run: &Run<'a>,
    deployment: &Deployment,
    subjects: &[Subject<'a>],
    everywhere: &[Vec<Subject<'a>>],
    above: &[(&str, &Subject<'a>)],
    judge: &Judge,
    assembly: &mut Assembly<'_, 'a>,
    outcome: &mut Outcome,
) {
    let from_above = drawn_above(above, &deployment.name);
    let here: Vec<(String, String)> = {
        let mut list: Vec<_> = subjects
            .iter()
            .filter(|s| is_deployed(s))
            .map(|s| (s.product.product.clone(), s.product.title.clone()))
            .collect();
        list.sort();
        list.dedup();
        list
    };
    let mut scope = Scope {
        run,
        deployment,
        judge,
        assembly,
        outcome,
    };
    let links = Links::new(deployment);
    for same in run.atlas.places(deployment) {
        if here.is_empty() && everywhere.iter().all(Vec::is_empty) {
            continue;
        }
        let Some((named, drawn)) = best_drawn(&links, &same, subjects) else {
            continue;
        };
        let drawn = if here.is_empty() { &from_above } else { &drawn };
        let products = if drawn.products.is_empty() {
            &here
        } else {
            &drawn.products
        };
        let linked = !here.is_empty() || !drawn.products.is_empty();
        scope.place(named, products, linked, &drawn.steps);
    }
    for (named, id, title) in std::mem::take(&mut scope.assembly.places) {
        scope.place(&named, &[(id, title)], true, &[]);
    }
    for item in &deployment.items {
        match item {
            Item::Route(route) => {
                let behind = subjects.iter().find(|s| {
                    is_deployed(s)
                        && (route.targets.contains(&s.name) || route.targets.is_empty())
                        && (route.namespace.is_none()
                            || s.namespace.is_none()
                            || s.namespace == route.namespace.as_deref())
                });
                if let Some(subject) = behind {
                    scope.route(route, subject.product, subject.component);
                }
            }
            Item::Release(release) => {
                for (product, component, route) in super::chart::routes(release, run.policies) {
                    scope.route(&route, product, component);
                }
            }
            Item::Workload(workload) => scope.ports(workload, subjects),
            Item::Opening(opening) if here.is_empty() => {
                // The machine here, its software elsewhere in the tree.
                scope.opening(opening, everywhere.iter().flatten());
            }
            Item::Opening(opening) => scope.opening(opening, subjects.iter()),
            _ => {}
        }
    }
}

/// Products that run in a place, and how that is known.
#[derive(Default)]
struct Drawn {
    products: Vec<(String, String)>,
    steps: Vec<(Option<Span>, String)>,
}

/// The products of deployments that are built on the one named `below`.
fn drawn_above(above: &[(&str, &Subject<'_>)], below: &str) -> Drawn {
    let mut out = Drawn::default();
    for (user, subject) in above {
        let (id, title) = (&subject.product.product, &subject.product.title);
        let product = (id.clone(), title.clone());
        if !out.products.contains(&product) {
            let note = format!("{title} runs in {user}, which is built on {below}");
            out.steps.push((subject.origin.nearest_span(), note));
            out.products.push(product);
        }
    }
    out
}

/// So many resources that are in one place by the same bytes are tried for what runs on them.
const MAX_TRIED: usize = 50;

/// Of several resources whose place is written once, the one on which products run.
fn best_drawn<'n>(
    links: &Links<'_>,
    same: &'n [Named],
    subjects: &[Subject<'_>],
) -> Option<(&'n Named, Drawn)> {
    let first = same.first()?;
    let of_weight = same
        .iter()
        .filter(|n| n.role != "hint" || first.role == "hint");
    of_weight
        .take(MAX_TRIED)
        .map(|named| (named, drawn(links, named, subjects)))
        .find(|(_, drawn)| !drawn.products.is_empty())
        .or_else(|| Some((first, Drawn::default())))
}

/// The products that are carried by resources built on the one that names the place.
fn drawn(links: &Links<'_>, named: &Named, subjects: &[Subject<'_>]) -> Drawn {
    let mut out = Drawn::default();
    let Some(to) = &named.address else {
        return out;
    };
    for subject in subjects.iter().filter(|s| is_deployed(s)) {
        let product = (
            subject.product.product.clone(),
            subject.product.title.clone(),
        );
        if out.products.contains(&product) {
            continue;
        }
        let workload = subject.workload_at.map(|o| links.carriers(o));
        let carriers = links.carriers(&subject.origin).into_iter();
        for carrier in carriers.chain(workload.unwrap_or_default()) {
            let Some(way) = links.way(&carrier.address, to) else {
                continue;
            };
            if out.products.is_empty() && way.len() > 1 {
                let at = carrier.origin.nearest_span();
                out.steps
                    .push((at, format!("the place of {}", way.join(", by "))));
            }
            let title = &product.1;
            let note = format!("{title} runs on {}", carrier.address);
            out.steps.push((subject.origin.nearest_span(), note));
            out.products.push(product);
            break;
        }
    }
    out
}

struct Scope<'x, 'r, 'a> {
    run: &'x Run<'a>,
    deployment: &'x Deployment,
    judge: &'x Judge,
    assembly: &'x mut Assembly<'r, 'a>,
    outcome: &'x mut Outcome,
}

/// What all findings on one item share.
struct About {
    product: Option<(String, String)>,
    component: Option<String>,
    origin: crate::trace::Origin,
    words: Placeholders,
    value: String,
    /// The link to a product could not be drawn.
    loose: bool,
}

impl<'a> Scope<'_, '_, 'a> {
    fn place(
        &mut self,
        named: &Named,
        products: &[(String, String)],
        linked: bool,
        how: &[(Option<Span>, String)],
    ) {
        let lang = self.run.options.lang;
        if let Some(why) = named.node.why_unknown() {
            self.outcome.undecided.push(Undecided {
                product: products.first().map(|p| p.0.clone()).unwrap_or_default(),
                setting: format!("{} region", named.subject),
                concern: "region".to_owned(),
                why: why.why.clone(),
                span: named.origin().nearest_span(),
                deployment: self.deployment.name.clone(),
            });
            return;
        }
        let status = self.run.atlas.status(&named.country);
        let allowed = self
            .run
            .atlas
            .allowed(&named.country, &self.run.options.allowed);
        let country = named.country.codes.join("+");
        let caveat = self.run.atlas.caveat(&named.country, lang);
        if let (Some((id, _)), true) = (&named.provider, linked) {
            self.assembly
                .operators
                .entry(format!("cloud:{id}"))
                .or_insert_with(|| named.origin().clone());
        }
        let optional = |o: &Option<String>| judge::text(o.as_deref().unwrap_or(""));
        let seen = judge::map([
            (
                "provider",
                judge::text(named.provider.as_ref().map_or("", |p| &p.0)),
            ),
            ("id", judge::text(&named.id)),
            ("city", optional(&named.country.city)),
            ("country", judge::text(&country)),
            ("status", judge::text(status.name())),
            ("allowed", Value::Bool(allowed)),
            ("role", judge::text(&named.role)),
            ("subject", judge::text(&named.subject)),
            ("owner", optional(&named.country.owner)),
            ("caveat", optional(&caveat)),
            ("linked", Value::Bool(linked)),
        ]);
        let provider = named
            .provider
            .as_ref()
            .map(|p| p.1.clone())
            .unwrap_or_default();
        let where_ = match &named.country.city {
            Some(city) => format!("{} ({city})", named.id),
            None => named.id.clone(),
        };
        let titles: Vec<String> = products.iter().map(|p| p.1.clone()).collect();
        let words = Placeholders::from([
            ("subject", named.subject.clone()),
            ("place", where_),
            (
                "country",
                if country.is_empty() {
                    "?".to_owned()
                } else {
                    country
                },
            ),
            ("provider", provider),
            ("value", named.id.clone()),
            ("title", named.subject.clone()),
            ("product", join(&titles, lang)),
            ("why", caveat.unwrap_or_default()),
        ]);
        let written = super::values::origin_of(&named.node, self.run.sources);
        let about = About {
            product: products.first().cloned(),
            component: None,
            origin: how.iter().fold(written, |origin, (at, note)| {
                origin.then(StepKind::Reference, *at, note.clone())
            }),
            words,
            value: named.id.clone(),
            loose: !linked,
        };
        self.judge_all("place", seen, &about);
    }

    fn route(&mut self, route: &Route, product: &Product, component: Option<&str>) {
        let Some(tls) = route.tls else { return };
        let hosts: Vec<String> = route
            .hosts
            .iter()
            .filter_map(|h| h.as_str().or_else(|| h.get("host")?.as_str()))
            .map(str::to_owned)
            .collect();
        let seen = judge::map([
            ("name", judge::text(&route.name)),
            ("hosts", judge::list(hosts.iter().map(|h| judge::text(h)))),
            ("tls", Value::Bool(tls)),
            ("product", judge::text(&product.product)),
            ("component", judge::text(component.unwrap_or(""))),
        ]);
        let words = Placeholders::from([
            ("subject", route.name.clone()),
            ("title", route.name.clone()),
            ("hosts", join(&hosts, self.run.options.lang)),
            ("product", product.title.clone()),
            ("component", component.unwrap_or("").to_owned()),
            ("value", join(&hosts, self.run.options.lang)),
        ]);
        let about = About {
            product: Some((product.product.clone(), product.title.clone())),
            component: component.map(str::to_owned),
            origin: route.origin.clone(),
            words,
            value: hosts.join(","),
            loose: false,
        };
        self.judge_all("route", seen, &about);
    }

    fn ports(&mut self, workload: &Workload, subjects: &[Subject<'a>]) {
        let Some(subject) = subjects
            .iter()
            .find(|s| is_deployed(s) && s.name == workload.name && s.component.is_some())
        else {
            return;
        };
        let plaintext: &[u16] = subject
            .component
            .and_then(|c| subject.product.components.get(c))
            .map_or(&[], |c| &c.plaintext_ports);
        let routed = self.deployment.items.iter().any(|item| {
            matches!(item, Item::Route(r) if r.tls == Some(true) && r.targets.contains(&workload.name))
        });
        for port in workload.containers.iter().flat_map(|c| &c.ports) {
            let (Some(published), Some(container)) = (port.published, port.container) else {
                continue;
            };
            let local = port
                .address
                .as_deref()
                .is_some_and(|a| a.starts_with("127.") || a == "localhost" || a == "::1");
            let seen = judge::map([
                ("published", Value::Int(i64::from(published))),
                ("container", Value::Int(i64::from(container))),
                (
                    "address",
                    judge::text(port.address.as_deref().unwrap_or("")),
                ),
                ("protocol", judge::text(&port.protocol)),
                ("product", judge::text(&subject.product.product)),
                ("component", judge::text(subject.component.unwrap_or(""))),
                ("public", Value::Bool(!local)),
                ("plaintext", Value::Bool(plaintext.contains(&container))),
                ("has_tls_route", Value::Bool(routed)),
            ]);
            let words = Placeholders::from([
                ("subject", workload.name.clone()),
                ("title", format!("{} {published}", workload.name)),
                ("value", published.to_string()),
                ("product", subject.product.title.clone()),
                ("component", subject.component.unwrap_or("").to_owned()),
                ("place", published.to_string()),
            ]);
            let about = About {
                product: Some((
                    subject.product.product.clone(),
                    subject.product.title.clone(),
                )),
                component: subject.component.map(str::to_owned),
                origin: port.origin.clone(),
                words,
                value: published.to_string(),
                loose: false,
            };
            self.judge_all("port", seen, &about);
        }
    }

    /// A hole in a firewall, for each product here that speaks without TLS behind it.
    fn opening<'s>(&mut self, opening: &Opening, subjects: impl Iterator<Item = &'s Subject<'a>>)
    where
        'a: 's,
    {
        let mut said = BTreeSet::new();
        for subject in subjects.filter(|s| is_deployed(s)) {
            let Some(component) = subject.component else {
                continue;
            };
            let plaintext = subject
                .product
                .components
                .get(component)
                .map_or(&[][..], |c| &c.plaintext_ports);
            // Web ports are open for redirects and certificates everywhere.
            let found = plaintext
                .iter()
                .find(|p| (opening.from..=opening.to).contains(p) && !matches!(**p, 80 | 443));
            let Some(port) = found else { continue };
            // What opens everything says nothing of this port in particular.
            if opening.to - opening.from > 1_000 || !said.insert((component, *port)) {
                continue;
            }
            let seen = judge::map([
                ("published", Value::Int(i64::from(*port))),
                ("container", Value::Int(i64::from(*port))),
                ("address", judge::text("")),
                ("protocol", judge::text(&opening.protocol)),
                ("product", judge::text(&subject.product.product)),
                ("component", judge::text(component)),
                ("public", Value::Bool(true)),
                ("plaintext", Value::Bool(true)),
                ("has_tls_route", Value::Bool(false)),
            ]);
            let title = format!("{} ({port})", opening.name);
            let words = Placeholders::from([
                ("subject", title.clone()),
                ("title", title),
                ("value", port.to_string()),
                ("product", subject.product.title.clone()),
                ("component", component.to_owned()),
                ("place", port.to_string()),
            ]);
            let about = About {
                product: Some((
                    subject.product.product.clone(),
                    subject.product.title.clone(),
                )),
                component: Some(component.to_owned()),
                origin: opening.origin.clone(),
                words,
                value: port.to_string(),
                loose: false,
            };
            self.judge_all("port", seen, &about);
        }
    }

    /// Judges an item; conditions see it as `seen` under the name of its kind.
    fn judge_all(&mut self, kind: &'static str, seen: Value, about: &About) {
        let scope = self.judge.scope([(kind, seen)]);
        for (name, rule) in rules_over(self.run, kind) {
            match self.judge.holds(&rule.when, Some(&scope), |_| None) {
                Ok(true) => {
                    let Some(severity) = severity(self.run, name, rule, about.loose) else {
                        continue;
                    };
                    self.assembly.add_item(ItemDraft {
                        rule: name,
                        words: rule,
                        severity,
                        confidence: if about.loose {
                            "low".to_owned()
                        } else {
                            rule.confidence.clone()
                        },
                        product: about.product.clone(),
                        component: about.component.clone(),
                        origin: about.origin.clone(),
                        placeholders: about.words.clone(),
                        value: about.value.clone(),
                        deployment: &self.deployment.name,
                    });
                }
                Ok(false) => {}
                Err(message) => self.assembly.broken(name, &message, self.outcome),
            }
        }
    }
}

/// Judges the operators that were met on the way.
pub(super) fn judge_processors<'a>(run: &Run<'a>, judge: &Judge, assembly: &mut Assembly<'_, 'a>) {
    let met = std::mem::take(&mut assembly.operators);
    for (id, origin) in met {
        let (name, category, country) = match id.strip_prefix("cloud:") {
            Some(cloud) => match run.atlas.provider(cloud) {
                Some(place) => (
                    place.title.clone(),
                    "cloud".to_owned(),
                    place.owner.clone().unwrap_or_default(),
                ),
                None => continue,
            },
            None => match run.policies.processors.get(&id) {
                Some(p) => (p.operator.clone(), p.category.clone(), p.country.clone()),
                None => continue,
            },
        };
        let short = id.trim_start_matches("cloud:").to_owned();
        let declared = run.options.processors.iter().any(|d| {
            let d = d.to_lowercase();
            let name = name.to_lowercase();
            d == short
                || name == d
                || name.starts_with(&format!("{d} "))
                || super::image::glob(&name, &d)
        });
        let seen = judge::map([
            ("name", judge::text(&name)),
            ("category", judge::text(&category)),
            ("country", judge::text(&country)),
            ("declared", Value::Bool(declared)),
        ]);
        let scope = judge.scope([("processor", seen)]);
        for (rule_name, rule) in rules_over(run, "processor") {
            if judge.holds(&rule.when, Some(&scope), |_| None) != Ok(true) {
                continue;
            }
            let Some(mut weight) = severity(run, rule_name, rule, false) else {
                continue;
            };
            // Whoever keeps no list in the configuration isn't blamed for what's not on it.
            if run.options.processors.is_empty() && !run.options.severities.contains_key(rule_name)
            {
                weight = Severity::Note;
            }
            let words = Placeholders::from([
                ("subject", name.clone()),
                ("title", name.clone()),
                ("value", short.clone()),
                ("operators", name.clone()),
                ("provider", name.clone()),
                ("country", country.clone()),
                ("product", String::new()),
                ("place", category.clone()),
            ]);
            assembly.add_item(ItemDraft {
                rule: rule_name,
                words: rule,
                severity: weight,
                confidence: rule.confidence.clone(),
                product: None,
                component: None,
                origin: origin.clone(),
                placeholders: words,
                value: short.clone(),
                deployment: "",
            });
        }
    }
}

fn rules_over<'a>(run: &Run<'a>, kind: &str) -> Vec<(&'a str, &'a Rule)> {
    run.policies
        .rules
        .iter()
        .filter(|(name, rule)| {
            rule.judges.items.as_deref() == Some(kind) && wanted(run.options, name)
        })
        .map(|(name, rule)| (name.as_str(), rule))
        .collect()
}

fn severity(run: &Run<'_>, name: &str, rule: &Rule, loose: bool) -> Option<Severity> {
    if let Some(chosen) = run.options.severities.get(name) {
        return *chosen;
    }
    let severity = Severity::from_name(&rule.severity)?;
    Some(if loose { severity.lower() } else { severity })
}
