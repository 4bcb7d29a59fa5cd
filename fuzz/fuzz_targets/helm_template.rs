//! Helm templates: an input is a template, values, and the templates that it may call.
#![no_main]

use std::sync::Arc;

use konform::evaluate::helm::objects::{self, Capabilities};
use konform::evaluate::helm::template::{Engine, Limits, Templates};
use konform::evaluate::stack::on_large_stack;
use konform::evaluate::helm::value::{MAP, VALUES, Val, json_numbers};
use konform::syntax::yaml::{self, Schema};
use konform::trace::{Map, Node, Origin, Sources};
use konform_fuzz::{Checks, chars, partly_unknown, parts, text};
use libfuzzer_sys::fuzz_target;

const NAME: &str = "chart/templates/main.yaml";

/// Small enough for many runs in a second.
const LIMITS: Limits = Limits {
    depth: 300,
    includes: 50,
    bytes: 1 << 20,
    steps: 20_000,
};

fuzz_target!(|data: &[u8]| {
    let Some(chars) = chars(data) else {
        return;
    };
    let [template, values, helpers] = parts(chars);
    let sources = Sources::new();
    let main = text(&sources, NAME, template);
    let helpers = text(&sources, "chart/templates/_helpers.tpl", helpers);
    let values = partly_unknown(&sources, "chart/values.yaml", values);
    let run = || {
        let checks = Checks::new(&sources);
        let values = yaml::parse(&values, Schema::Yaml11).into_first();
        let values = values.filter(|v| v.as_map().is_some());
        let values = values.unwrap_or_else(|| Node::map(Map::new(), Origin::nowhere()));
        let mut templates = Templates::new();
        for (name, text) in [("chart/templates/_helpers.tpl", &helpers), (NAME, &main)] {
            if let Err(error) = templates.add(name, text) {
                checks.problems(&[error.problem()]);
            }
        }
        if templates.get(NAME).is_none() {
            return;
        }
        let dot = Val::map_from(
            MAP,
            [
                (
                    "Values",
                    Val::typed_from_node(VALUES, &json_numbers(values)),
                ),
                ("Release", objects::release("release", "default")),
                ("Capabilities", Capabilities::default().object()),
                ("Files", objects::files([("config/a.txt", helpers.clone())])),
            ],
        );
        let mut engine = Engine::new(Arc::new(templates), LIMITS);
        match engine.render(NAME, &dot) {
            Ok(text) => {
                checks.text(&text);
                let stream = yaml::parse(&text, Schema::Yaml11);
                checks.problems(&stream.problems);
                stream.documents.iter().for_each(|d| checks.node(&d.root));
            }
            Err(error) => checks.problems(&[error.problem()]),
        }
    };
    on_large_stack(run).expect("no panic");
});
