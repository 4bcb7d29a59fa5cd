//! Templates torn apart and put together at random never bring the evaluator down.
//!
//! The pieces are the recorded cases. `KONFORM_MUTATIONS=n` tries more of them, from
//! `KONFORM_SEED=n` on; `KONFORM_LAST=path` notes each template there before it is tried, for
//! those that would bring the process down.

use std::path::Path;
use std::sync::Arc;

use konform::evaluate::helm::objects;
use konform::evaluate::helm::template::{Engine, Limits, Templates};
use konform::evaluate::helm::value::{MAP, VALUES, Val, json_numbers};
use konform::evaluate::stack::on_large_stack;
use konform::syntax::yaml;
use konform::trace::{Origin, Role, Sources, Text};

#[derive(serde::Deserialize)]
struct Recording {
    cases: Vec<Recorded>,
}

#[derive(serde::Deserialize)]
struct Recorded {
    template: String,
}

/// A small generator of pseudo-random numbers: the same seed gives the same templates.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap_or(0)
    }
}

/// Words and characters that matter to templates.
const PIECES: [&str; 40] = [
    "{{",
    "}}",
    "{{- ",
    " -}}",
    "(",
    ")",
    "|",
    ":=",
    "=",
    "$x",
    "$",
    ".",
    ".Values",
    ".list",
    "\"",
    "`",
    "'",
    "{{ end }}",
    "{{ else }}",
    "{{ range ",
    "{{ with ",
    "{{ if ",
    "{{ define \"d\" }}",
    "include \"d\" ",
    "tpl ",
    "-1",
    "9223372036854775807",
    "1e308",
    "nil",
    "\u{e9}",
    "\u{1f600}",
    "\n",
    "%v",
    "%*d",
    "/* ",
    " */",
    "9999999",
    "-9223372036854775808",
    "{",
    "\u{fdd0}",
];

fn boundary(s: &str, mut i: usize) -> usize {
    while !s.is_char_boundary(i) {
        i -= 1;
    }
    i
}

fn mutated(templates: &[String], random: &mut Random) -> String {
    let mut out = templates[random.below(templates.len())].clone();
    for _ in 0..=random.below(4) {
        let at = boundary(&out, random.below(out.len() + 1));
        let to = boundary(&out, (at + random.below(12)).min(out.len()));
        match random.below(4) {
            0 => out.insert_str(at, PIECES[random.below(PIECES.len())]),
            1 => out.replace_range(at..to, ""),
            2 => out.replace_range(at..to, PIECES[random.below(PIECES.len())]),
            _ => {
                let other = &templates[random.below(templates.len())];
                let cut = boundary(other, random.below(other.len() + 1));
                out = format!("{}{}", &out[..at], &other[cut..]);
            }
        }
    }
    out
}

const VALUES_FILE: &str = "name: web\nlist: [b, a, 1, null, {k: v}]\nmap: {b: 2, a: {c: d}}\nn: 7\nf: 1.5\ns: \"a b\"\nempty: \"\"\n";

fn render(template: &str) {
    let sources = Sources::new();
    let read =
        |path: &str, text: &str| Text::from_source(sources.add(path, text, Role::Code), text);
    let mut templates = Templates::new();
    if templates.add("t", &read("t", template)).is_err() {
        return;
    }
    let values = yaml::parse(&read("values.yaml", VALUES_FILE), yaml::Schema::Yaml11);
    let values = json_numbers(values.into_first().expect("values"));
    let dot = Val::map_from(
        MAP,
        [
            ("Values", Val::typed_from_node(VALUES, &values)),
            ("Chart", objects::chart(&values, true)),
            ("Release", objects::release("r", "n")),
            ("Capabilities", objects::Capabilities::default().object()),
            ("Files", objects::files([("a.txt", Text::plain("x\n"))])),
            (
                "Template",
                Val::map_from(MAP, [("Name", Val::str("t", Origin::nowhere()))]),
            ),
        ],
    );
    let limits = Limits {
        bytes: 1 << 20,
        steps: 20_000,
        ..Limits::default()
    };
    let mut engine = Engine::new(Arc::new(templates), limits);
    if let Ok(text) = engine.render("t", &dot) {
        // Every run of the output points into a source, at character boundaries.
        for (_, run) in text.runs() {
            if let Some(span) = run.origin.span() {
                let source = sources.get(span.source);
                assert!(
                    source.text.get(span.range()).is_some(),
                    "{template:?}: {span:?}"
                );
            }
        }
    }
}

#[test]
fn no_template_brings_the_evaluator_down() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let count = number("KONFORM_MUTATIONS").unwrap_or(2_000);
    let mut random = Random(number("KONFORM_SEED").unwrap_or(0x9e37_79b9_7f4a_7c15));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/helm/recorded");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("recordings")
        .map(|e| e.expect("an entry").path())
        .collect();
    paths.sort();
    let mut templates = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).expect("a recording");
        let recording: Recording = serde_json::from_str(&text).expect("a recording");
        templates.extend(recording.cases.into_iter().map(|c| c.template));
    }
    let tries: Vec<String> = (0..count)
        .map(|_| mutated(&templates, &mut random))
        .collect();
    let last = std::sync::Mutex::new(String::new());
    let done = on_large_stack(|| {
        for template in &tries {
            if let Ok(mut last) = last.lock() {
                last.clone_from(template);
            }
            if let Some(path) = std::env::var_os("KONFORM_LAST") {
                std::fs::write(path, template).expect("to note the template");
            }
            let start = std::time::Instant::now();
            render(template);
            assert!(start.elapsed().as_secs() < 20, "slow: {template:?}");
        }
    });
    assert!(done.is_ok(), "stopped at {:?}", last.lock());
}
