//! Helm values: an input is the defaults of a chart, a values file, lines for `--set` and its
//! kin, a schema, the chart's `dependencies`, and the defaults of a subchart.
//!
//! The first character of a `--set` line chooses which flag: `j`, `s`, `f`, `l`, or `t`.
#![no_main]

use std::sync::Arc;

use konform::evaluate::helm::chart::{self, Chart, Metadata};
use konform::evaluate::helm::value::json_numbers;
use konform::evaluate::helm::values::set::{self, Way};
use konform::evaluate::helm::values::{Instance, coalesce, input, schema};
use konform::syntax::json;
use konform::syntax::yaml::{self, Schema};
use konform::trace::{Map, Node, Origin, Sources, Text};
use konform_fuzz::{Checks, STACK, chars, on_stack, partly_unknown, parts, text};
use libfuzzer_sys::fuzz_target;

fn map(text: &Text) -> Node {
    let root = yaml::parse(text, Schema::Yaml11).into_first();
    let root = root.filter(|r| r.as_map().is_some());
    root.map_or_else(|| Node::map(Map::new(), Origin::nowhere()), json_numbers)
}

fn chart(meta: &Node, values: Node, schema: Option<Node>, dependencies: Vec<Arc<Chart>>) -> Chart {
    Chart {
        metadata: Metadata::new(meta, None),
        values,
        schema: schema.as_ref().map(chart::Schema::from),
        templates: Vec::new(),
        files: Vec::new(),
        dependencies,
        dir: None,
    }
}

fuzz_target!(|data: &[u8]| {
    let Some(chars) = chars(data) else {
        return;
    };
    let [defaults, given, sets, rules, dependencies, below] = parts(chars);
    on_stack(STACK, || {
        let sources = Sources::new();
        let checks = Checks::new(&sources);
        let defaults = map(&partly_unknown(&sources, "chart/values.yaml", defaults));
        let mut user = map(&text(&sources, "values.yaml", given));
        let more = map(&text(&sources, "more.yaml", below));
        user = input::over(user, more.clone(), "more.yaml");
        let file = text(&sources, "file.txt", given);
        for line in sets.lines() {
            let mut rest = line.chars();
            let way = match rest.next() {
                Some('j') => Way::Json,
                Some('s') => Way::Text,
                Some('f') => Way::File,
                Some('l') => Way::Literal,
                _ => Way::Typed,
            };
            let line = text(&sources, "--set", rest.as_str());
            let read = |name: &str| match name {
                "file.txt" => Ok(file.clone()),
                _ => Err("is not there".to_owned()),
            };
            let _ = set::set(&mut user, &line, way, &read);
            checks.node(&user);
        }
        let (rules, problems) = json::parse(&text(&sources, "chart/values.schema.json", rules));
        checks.problems(&problems);
        let parent = format!("name: parent\nversion: 1.0.0\n{dependencies}");
        let parent = map(&text(&sources, "chart/Chart.yaml", &parent));
        let child = map(&text(
            &sources,
            "chart/charts/child/Chart.yaml",
            "name: child\nversion: 1.2.3\n",
        ));
        let child = Arc::new(chart(&child, more, Some(rules.clone()), Vec::new()));
        let top = Arc::new(chart(&parent, defaults, Some(rules), vec![child]));
        let mut problems = Vec::new();
        let instance = Instance::resolve(&top, &user, &sources, &mut problems);
        let values = coalesce::values(&instance, &user, &sources, &mut problems).to_node();
        checks.node(&values);
        let mut notes = Vec::new();
        problems.extend(schema::violations(&instance, &values, &mut notes));
        checks.problems(&notes);
        checks.problems(&problems);
    });
});
