//! What the engine promises besides printing the right bytes: origins, guards, limits.

use std::sync::Arc;

use super::{Engine, Limits, RenderError, Templates};
use crate::evaluate::helm::value::{MAP, VALUES, Val, json_numbers};
use crate::evaluate::stack::on_large_stack;
use crate::syntax::yaml;
use crate::trace::{Origin, Role, Sources, Span, StepKind, Text};

const TEMPLATE: &str = "chart/templates/a.yaml";

/// A rendered template and the sources it was made of.
struct Rendered {
    sources: Sources,
    text: Text,
}

fn read(sources: &Sources, path: &str, text: &str) -> Text {
    Text::from_source(sources.add(path, text, Role::Code), text)
}

fn try_render(template: &str, values: &str, limits: Limits) -> Result<Rendered, RenderError> {
    let sources = Sources::new();
    let text = read(&sources, TEMPLATE, template);
    let values = yaml::parse(&read(&sources, "values.yaml", values), yaml::Schema::Yaml11);
    let values = json_numbers(values.into_first().unwrap());
    let mut templates = Templates::new();
    templates.add(TEMPLATE, &text)?;
    let templates = Arc::new(templates);
    let text = on_large_stack(|| {
        let dot = Val::map_from(MAP, [("Values", Val::typed_from_node(VALUES, &values))]);
        Engine::new(templates, limits).render(TEMPLATE, &dot)
    });
    text.unwrap().map(|text| Rendered { sources, text })
}

fn render(template: &str, values: &str) -> Rendered {
    try_render(template, values, Limits::default()).unwrap()
}

fn error(template: &str, values: &str, limits: Limits) -> String {
    try_render(template, values, limits).err().unwrap().message
}

impl Rendered {
    /// The origin of `part` of the output.
    fn origin(&self, part: &str) -> Origin {
        let at = self.text.as_str().find(part).expect("part of the output");
        self.text.slice(at..at + part.len()).origin()
    }

    fn shown(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        format!("{}: {}", source.path, &source.text[span.range()])
    }

    /// Where `part` of the output was written.
    fn place(&self, part: &str) -> String {
        self.origin(part)
            .span()
            .map_or_else(|| "nowhere".to_owned(), |s| self.shown(s))
    }

    /// The steps of `part`: kind, place and note.
    fn steps(&self, part: &str) -> Vec<(StepKind, String)> {
        let origin = self.origin(part);
        let steps = origin.steps();
        steps.iter().map(|s| (s.kind, s.note.to_string())).collect()
    }

    /// Everything that the conditions around `part` read, outermost conditions last.
    fn conditions(&self, part: &str) -> Vec<String> {
        fn walk(r: &Rendered, o: &Origin, out: &mut Vec<String>) {
            out.extend(o.span().map(|s| r.shown(s)));
            for step in o.steps() {
                step.inputs.iter().for_each(|i| walk(r, i, out));
            }
        }
        let mut out = Vec::new();
        for step in self.origin(part).steps() {
            if step.kind == StepKind::Guard {
                step.inputs.iter().for_each(|i| walk(self, i, &mut out));
            }
        }
        out
    }
}

#[test]
fn a_value_leads_to_the_values_file_and_text_to_the_template() {
    let r = render(
        "image: {{ .Values.image }}:{{ .Values.tag }}\n",
        "image: web\ntag: \"1.2\"\n",
    );
    assert_eq!(r.text.as_str(), "image: web:1.2\n");
    assert_eq!(r.place("web"), "values.yaml: web");
    assert_eq!(r.place("1.2"), "values.yaml: 1.2");
    assert_eq!(r.place("image: "), "chart/templates/a.yaml: image: ");
    assert_eq!(
        r.steps("web"),
        [(StepKind::Template, ".Values.image".to_owned())]
    );
}

#[test]
fn text_is_exact_around_trimming_and_comments() {
    let template =
        "a:  \n  {{- /* gone */ -}}  \n b\n{{- if true }}\n  c: d {{- \"e\" -}}\n\n f\n{{ end }}g";
    let r = render(template, "{}");
    assert_eq!(r.text.as_str(), "a:b\n  c: def\ng");
    for (range, run) in r.text.runs() {
        let span = run.origin.span().expect("all of it was written");
        assert_eq!(&template[span.range()], &r.text.as_str()[range]);
    }
}

#[test]
fn traces_survive_functions_includes_and_encodings() {
    let template = r#"{{ define "x" }}v={{ .Values.a | quote | nindent 2 }}{{ end -}}
{{ include "x" . | trim }} {{ tpl "<{{ .Values.b }}>" . }} {{ printf "%s/%5s" .Values.c .Values.d }}
{{ toYaml .Values.m }} {{ (.Values.text | fromYaml).inner.key }} {{ join "," .Values.list }}
{{ .Values.j | fromJson | toJson }} {{ regexReplaceAll "_(.)" .Values.r "-$1" | upper }}"#;
    let values = "a: one\nb: two\nc: three\nd: four\nm: {k: five}\nlist: [six, seven]\n\
                  text: |\n  inner:\n    key: eight\nj: '{\"q\": \"nine\"}'\nr: t_en\n";
    let r = render(template, values);
    for word in [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ] {
        assert_eq!(r.place(word), format!("values.yaml: {word}"));
    }
    assert_eq!(r.place("T-EN"), "values.yaml: t_en");
    assert_eq!(r.place("EN"), "values.yaml: en");
    let notes: Vec<String> = r.steps("one").into_iter().map(|(_, note)| note).collect();
    let expected = [".Values.a | quote | nindent 2", "include \"x\" . | trim"];
    assert_eq!(notes, expected);
}

#[test]
fn numbers_and_checksums_lead_to_what_they_were_made_of() {
    let r = render(
        "{{ add .Values.count 1 }} {{ sha256sum .Values.s | trunc 4 }} {{ .Values.live | ternary \"yes\" \"no\" }}",
        "count: 41\ns: secret\nlive: true\n",
    );
    assert_eq!(r.place("42"), "values.yaml: 41");
    assert_eq!(r.place(&r.text.as_str()[3..7]), "values.yaml: secret");
    assert_eq!(r.place("yes"), "chart/templates/a.yaml: yes");
    let origin = r.origin("yes");
    let inputs = &origin.steps()[0].inputs;
    assert_eq!(r.shown(inputs[0].span().unwrap()), "values.yaml: true");
}

#[test]
fn conditions_are_kept_with_what_they_read() {
    let template = "{{ if and .Values.live (eq .Values.mode \"x\") }}A{{ with .Values.v }}{{ . }}{{ end }}{{ else }}B{{ end }}\
                    {{ range .Values.list }}[{{ . }}]{{ end }}";
    let r = render(template, "live: true\nmode: x\nv: vv\nlist: [p]\n");
    assert_eq!(r.conditions("A"), ["values.yaml: true", "values.yaml: x"]);
    assert_eq!(
        r.steps("A"),
        [(
            StepKind::Guard,
            "if and .Values.live (eq .Values.mode \"x\")".to_owned()
        )]
    );
    assert_eq!(
        r.conditions("vv"),
        ["values.yaml: vv", "values.yaml: true", "values.yaml: x"]
    );
    assert_eq!(r.conditions("p"), ["values.yaml: [p]"]);
    let r = render(template, "live: false\nmode: x\n");
    assert_eq!(r.text.as_str(), "B");
    assert_eq!(r.conditions("B"), ["values.yaml: false"]);
}

#[test]
fn what_was_set_under_a_condition_remembers_it() {
    let template = "{{ $x := \"no\" }}{{ $d := dict }}{{ if .Values.live }}{{ $x = \"yes\" }}{{ $_ := set $d \"k\" \"v1\" }}{{ end }}\
                    {{ $x }} {{ $d.k }}";
    let r = render(template, "live: true\n");
    assert_eq!(r.conditions("yes"), ["values.yaml: true"]);
    assert_eq!(r.conditions("v1"), ["values.yaml: true"]);
}

#[test]
fn what_is_missing_leads_to_the_map_that_lacks_it() {
    let r = render(
        "{{ .Values.jibri.recording | default \"off\" }}{{ if not .Values.jibri.on }} none{{ end }}",
        "jibri:\n  image: x\n",
    );
    assert_eq!(r.place("off"), "chart/templates/a.yaml: off");
    let origin = r.origin("off");
    let input = &origin.steps()[0].inputs[0];
    assert_eq!(r.shown(input.span().unwrap()), "values.yaml: image: x");
    assert_eq!(r.conditions("none"), ["values.yaml: image: x"]);
}

#[test]
fn what_differs_each_time_is_unknown_but_prints_something_stable() {
    let template = "{{ randAlphaNum 4 | b64enc | quote }} {{ uuidv4 }} {{ now | date \"2006\" }} {{ (genCA \"x\" 1).Cert | trim }} {{ madeUp 1 }}";
    let r = render(template, "{}");
    assert!(
        r.text
            .as_str()
            .starts_with("\"eHh4eA==\" 00000000-0000-4000-8000-000000000000 1970 -----BEGIN")
    );
    assert!(r.text.as_str().ends_with(" __unknown__"));
    for part in ["eHh4", "00000000-", "1970", "BEGIN", "__unknown__"] {
        let at = r.text.as_str().find(part).unwrap();
        assert!(
            r.text.slice(at..at + part.len()).unknown().is_some(),
            "{part}"
        );
    }
    // A condition on what isn't known shows its body.
    assert_eq!(
        render("{{ if eq (randAlphaNum 3) \"x\" }}shown{{ end }}", "{}")
            .text
            .as_str(),
        "shown"
    );
}

#[test]
fn an_error_says_where_and_in_the_charts_own_words() {
    let template = "a: {{ .Values.a }}\nb: {{ include \"need\" . }}{{ define \"need\" }}{{ required \"set .host\" .Values.host }}{{ end }}";
    let e = try_render(template, "a: 1\n", Limits::default())
        .err()
        .unwrap();
    assert_eq!(e.said.as_deref(), Some("set .host"));
    assert_eq!(&template[e.span.unwrap().range()], "required");
    assert_eq!(&template[e.through[0].range()], "include");
    assert_eq!(
        error("{{ if }}", "{}", Limits::default()),
        "missing value for if"
    );
}

#[test]
fn an_error_in_one_template_leaves_the_others() {
    let mut templates = Templates::new();
    templates.add("good", &Text::plain("fine")).unwrap();
    templates
        .add("bad", &Text::plain("{{ fail \"no\" }}"))
        .unwrap();
    assert!(templates.add("broken", &Text::plain("{{ if }}")).is_err());
    let mut engine = Engine::new(Arc::new(templates), Limits::default());
    let dot = Val::map_from(MAP, []);
    assert!(engine.render("bad", &dot).is_err());
    assert_eq!(engine.render("good", &dot).unwrap().as_str(), "fine");
}

#[test]
fn every_excess_ends_in_an_error_that_names_the_limit() {
    let limits = Limits {
        bytes: 2 << 20,
        steps: 100_000,
        ..Limits::default()
    };
    for (template, words) in [
        (
            "{{ $x := repeat 2000 \"a: b\\n\" }}{{ range until 1000 }}{{ $_ := fromYaml $x }}{{ end }}",
            "more than 2097152 bytes",
        ),
        (
            "{{ range until 300 }}{{ regexMatch (printf `((a{100}){10}){%d}` .) `a` }}{{ end }}",
            "more than 100000 steps",
        ),
        (
            "{{ range until 1000000000 }}x{{ end }}",
            "more than 100000 steps",
        ),
        ("{{ seq 1 1000000000 }}", "more than 100000 steps"),
        ("{{ repeat 1000000000 \"x\" }}", "more than 65536 bytes"),
        (
            "{{ repeat 9000000000000000000 \"xx\" }}",
            "more than 65536 bytes",
        ),
        ("{{ indent 1000000000 \"a\\nb\" }}", "more than 65536 bytes"),
        (
            "{{ $x := \"abcdefgh\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}",
            "more than 65536 bytes",
        ),
        (
            "{{ $x := \"aa\" }}{{ range until 60 }}{{ $x = replace \"a\" $x $x }}{{ end }}",
            "more than 65536 bytes",
        ),
        (
            "{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}",
            "more than 65536 bytes",
        ),
        (
            "{{ define \"r\" }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}",
            "deeper than 6000",
        ),
        (
            "{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}",
            "nested reference name: r",
        ),
        (
            "{{ define \"t\" }}{{ tpl \"{{ include `t` . }}\" . }}{{ end }}{{ include \"t\" . }}",
            "nested reference name: t",
        ),
        (
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toRawJson $d }}",
            "nested deeper than 400",
        ),
        (
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}",
            "nested deeper than 400",
        ),
        (
            "{{ randAlphaNum 1000000000 }}",
            "more than 1048576 characters",
        ),
        (
            "{{ printf \"%1000000000d\" 1 | len }}",
            "more than 65536 bytes",
        ),
    ] {
        let message = error(template, "{}", limits);
        assert!(message.contains(words), "{template}: {message}");
    }
    // Printing a cyclic map ends too.
    let cyclic = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}{{ toYaml $d }}";
    assert!(render(cyclic, "{}").text.len() < 100_000);
}

#[test]
fn deep_nesting_stays_on_the_stack() {
    // The costliest way down: a template that goes through everything on each level.
    let deep = "{{ define \"r\" }}{{ if true }}{{ with . }}{{ range list . }}{{ printf \"%s\" (include \"r\" (dict \"a\" .)) }}{{ end }}{{ end }}{{ end }}{{ end }}{{ include \"r\" 1 }}";
    let message = error(deep, "{}", Limits::default());
    assert!(
        message.contains("deeper than") || message.contains("nested"),
        "{message}"
    );
    let parens = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert!(try_render(&parens, "{}", Limits::default()).is_err());
    let ifs = "{{ if true }}".repeat(5000);
    assert!(try_render(&ifs, "{}", Limits::default()).is_err());
    let else_ifs = format!(
        "{{{{ if false }}}}{}{{{{ end }}}}",
        "{{ else if false }}".repeat(50_000)
    );
    assert!(error(&else_ifs, "{}", Limits::default()).contains("else-if branches"));
}

#[test]
fn values_are_shared_between_templates_as_in_helm() {
    let mut templates = Templates::new();
    templates
        .add(
            "a",
            &Text::plain("{{ $_ := set .Values \"k\" \"from a\" }}"),
        )
        .unwrap();
    templates.add("b", &Text::plain("{{ .Values.k }}")).unwrap();
    let templates = Arc::new(templates);
    let mut engine = Engine::new(templates.clone(), Limits::default());
    let dot = Val::map_from(MAP, [("Values", Val::map_from(VALUES, []))]);
    engine.render("a", &dot).unwrap();
    assert_eq!(engine.render("b", &dot).unwrap().as_str(), "from a");
}
