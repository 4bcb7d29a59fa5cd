//! Every value of a chart that the policies know is in a set of values.
//!
//! What is known of one value is taken out of the product, and some set has to come out otherwise
//! then, in a setting that is the same both ways as long as it is in.

use konform::policy::Policies;
use konform::policy::format::{Chart, ChartComponent, Product, Setting};

use super::*;

/// Something that a product knows of the values of a chart.
struct Binding {
    /// What it is, for people and `unshown`.
    name: String,
    /// The product without it.
    without: Product,
}

/// Everything that `product` knows of the values of `chart`.
fn bindings(product: &Product, chart: &str) -> Vec<Binding> {
    let mut out = Vec::new();
    let mut add = |what: String, change: &dyn Fn(&mut Product)| {
        let mut without = product.clone();
        change(&mut without);
        let name = format!("{}: {what}", product.product);
        out.push(Binding { name, without });
    };
    let known = &product.charts[chart];
    let changed = |change: &dyn Fn(&mut Chart), product: &mut Product| {
        change(product.charts.get_mut(chart).expect("it is there"));
    };
    for (i, component) in known.components.iter().enumerate() {
        let ChartComponent::When(when) = component else {
            continue;
        };
        add(format!("component {}, {}", when.name, when.when), &|p| {
            changed(
                &|c| {
                    if when.default {
                        c.components[i] = ChartComponent::Always(when.name.clone());
                    } else {
                        c.components.remove(i);
                    }
                },
                p,
            );
        });
    }
    for (i, env) in known.env.iter().enumerate() {
        let paths = [&env.map, &env.list, &env.text, &env.value, &env.secret];
        let path = paths.into_iter().flatten().next().expect("a path");
        add(format!("variables {path}"), &|p| {
            changed(
                &|c| {
                    c.env.remove(i);
                },
                p,
            );
        });
    }
    for (i, file) in known.files.iter().enumerate() {
        let path = file.text.as_ref().or(file.map.as_ref()).expect("a path");
        add(format!("file {}, {path}", file.file), &|p| {
            changed(
                &|c| {
                    c.files.remove(i);
                },
                p,
            );
        });
    }
    for (i, path) in known.scripts.iter().enumerate() {
        add(format!("script {path}"), &|p| {
            changed(
                &|c| {
                    c.scripts.remove(i);
                },
                p,
            );
        });
    }
    for (i, route) in known.routes.iter().enumerate() {
        if let Some(path) = &route.enabled {
            add(format!("route {path}"), &|p| {
                changed(&|c| c.routes[i].enabled = None, p);
            });
        }
        if let Some(path) = &route.tls {
            add(format!("route {path}"), &|p| {
                changed(&|c| c.routes[i].tls = None, p);
            });
        }
        if let Some(path) = &route.hosts {
            add(format!("route {path}"), &|p| {
                changed(&|c| c.routes[i].hosts = None, p);
            });
        }
        for path in route.tls_elsewhere.as_slice() {
            add(format!("route {path}"), &|p| {
                changed(&|c| c.routes[i].tls_elsewhere = Default::default(), p);
            });
        }
    }
    for (name, setting) in &product.settings {
        for (i, written) in setting.written.iter().enumerate() {
            let (true, Some(path)) = (written.chart.as_deref() == Some(chart), &written.value)
            else {
                continue;
            };
            let changed = |change: &dyn Fn(&mut Setting), product: &mut Product| {
                change(product.settings.get_mut(name).expect("it is there"));
            };
            add(format!("{name}, {path}"), &|p| {
                changed(
                    &|s| {
                        s.written.remove(i);
                    },
                    p,
                );
            });
            for condition in written.with.keys() {
                add(format!("{name}, {path} with {condition}"), &|p| {
                    changed(
                        &|s| {
                            s.written[i].with.shift_remove(condition);
                        },
                        p,
                    );
                });
            }
        }
    }
    out
}

/// Nothing but a product and the rules.
fn alone(product: Product) -> Policies {
    Policies {
        products: vec![product],
        rules: POLICIES.rules.clone(),
        ..Policies::default()
    }
}

/// Whether a set of values has any of the words of a path, without which it can't make a difference.
fn speaks_of(values: &str, binding: &str) -> bool {
    let path = binding.rsplit(' ').next().unwrap_or(binding);
    let mut words = path.split(['.', '[', ']', '"']);
    words.all(|w| w == "*" || values.contains(w))
}

/// Whether taking a binding out makes a difference that the rendered chart would contradict.
fn matters(case: &Case, with: &Facts, without: &Facts) -> bool {
    let difference = compare(with, without);
    let mut settings = difference.differ.keys().chain(difference.unseen.keys());
    settings.any(|s| !case.differ.contains_key(s) && !case.unseen.contains_key(s))
}

#[test]
fn every_binding_is_shown() {
    let mut wrong = Vec::new();
    for (chart, dir, about, cases) in charts() {
        let recorded = recorded(&dir);
        let trees: Vec<(String, &Case, Tree)> = cases
            .iter()
            .map(|path| {
                let values = std::fs::read_to_string(path).expect("values");
                let case = &recorded[&case_name(path)];
                (values, case, read(release(&about, path, None).path()))
            })
            .collect();
        let mut unshown: BTreeSet<&String> = about.unshown.keys().collect();
        for product in &POLICIES.products {
            if !product.charts.contains_key(&chart) {
                continue;
            }
            let whole = alone(product.clone());
            let before: Vec<Facts> = trees.iter().map(|(_, _, t)| facts(t, &whole)).collect();
            for binding in bindings(product, &chart) {
                let less = alone(binding.without);
                let mut sets = trees.iter().zip(&before);
                let shown = sets.any(|((values, case, tree), before)| {
                    speaks_of(values, &binding.name) && matters(case, before, &facts(tree, &less))
                });
                let excused = unshown.remove(&binding.name);
                if shown == excused {
                    let why = if shown {
                        "is shown after all"
                    } else {
                        "is in no set"
                    };
                    wrong.push(format!("{chart}: `{}` {why}", binding.name));
                }
            }
        }
        wrong.extend(unshown.iter().map(|n| format!("{chart}: no binding `{n}`")));
    }
    assert!(wrong.is_empty(), "{:#?}", wrong);
}
