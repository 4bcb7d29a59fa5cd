//! What is rendered, and what stops what.

use super::{Library, Rendering, Request, manifest, origins};
use crate::evaluate::helm::objects::Capabilities;
use crate::evaluate::helm::values::Input;
use crate::workspace::Workspace;
use crate::workspace::tests::tree;

const META: (&str, &str) = ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");

fn render(workspace: &Workspace, dir: &tempfile::TempDir, files: &[&str]) -> Rendering {
    let input = Input {
        files: files.iter().map(Into::into).collect(),
        ..Input::default()
    };
    let values = input.merge(workspace).values;
    Library::new(workspace).render(&Request {
        chart: &dir.path().canonicalize().unwrap(),
        values: &values,
        name: "r",
        namespace: "n",
        capabilities: Capabilities::default(),
    })
}

#[test]
fn a_template_that_fails_does_not_stop_the_others() {
    let (dir, workspace) = tree(&[
        META,
        ("templates/a.yaml", "kind: A\n"),
        ("templates/b.yaml", "kind: B\nx: {{ required \"say x\" .Values.x }}\n"),
        ("templates/c.yaml", "kind: C\nx: {{ .Values.x.y }}\n"),
        ("templates/d.yaml", "kind: D\nx: {{ if }}\n"),
        ("templates/e.yaml", "kind: E\nx: [\n"),
        ("templates/f.yaml", "kind: F\n"),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    let kinds: Vec<&str> = rendering.documents.iter().map(|d| d.kind.as_str()).collect();
    assert_eq!(kinds, ["", "A", "F"]);
    assert_eq!(
        rendering.stops[0].message,
        "the chart stops in c/templates/b.yaml: say x"
    );
    assert_eq!(rendering.problems.len(), 3, "{:?}", rendering.problems);
}

#[test]
fn what_can_not_end_ends_in_a_problem_that_names_the_limit() {
    let (dir, workspace) = tree(&[
        META,
        ("templates/_h.tpl", "{{ define \"loop\" }}{{ include \"loop\" . }}{{ end }}"),
        ("templates/a.yaml", "{{ include \"loop\" . }}"),
        ("templates/b.yaml", "{{ range until 1000000000 }}x{{ end }}"),
        ("templates/c.yaml", "{{ repeat 1000000000 \"xyz\" }}"),
        ("templates/d.yaml", "{{ define \"t\" }}{{ tpl .t . }}{{ end }}{{ tpl \"{{ tpl .t . }}\" (dict \"t\" \"{{ tpl .t . }}\") }}"),
        ("templates/z.yaml", "kind: Z\n"),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    assert_eq!(rendering.documents.len(), 1);
    assert_eq!(rendering.problems.len(), 4, "{:?}", rendering.problems);
    assert!(rendering.problems.iter().all(|p| p.span.is_some()));
}

#[test]
fn origins_tell_the_way_of_every_scalar() {
    let (dir, workspace) = tree(&[
        META,
        ("values.yaml", "recording: false\n"),
        ("prod.yaml", "recording: true\n"),
        (
            "templates/a.yaml",
            "kind: ConfigMap\ndata:\n  RECORDING: {{ .Values.recording | quote }}\n",
        ),
    ]);
    let rendering = render(&workspace, &dir, &["prod.yaml"]);
    assert_eq!(
        manifest(&rendering),
        "---\n# Source: c/templates/a.yaml\nkind: ConfigMap\ndata:\n  RECORDING: \"true\"\n"
    );
    let told = origins(&rendering, workspace.sources());
    insta::assert_snapshot!(told, @"");
}

#[test]
fn templates_are_parsed_once_for_all_values() {
    let (dir, workspace) = tree(&[
        META,
        ("one.yaml", "x: 1\n"),
        ("two.yaml", "x: 2\n"),
        ("templates/a.yaml", "kind: A\nx: {{ .Values.x }}\n"),
    ]);
    let library = Library::new(&workspace);
    let chart = dir.path().canonicalize().unwrap();
    for (file, expected) in [("one.yaml", "x: 1"), ("two.yaml", "x: 2")] {
        let input = Input {
            files: vec![file.into()],
            ..Input::default()
        };
        let values = input.merge(&workspace).values;
        let rendering = library.render(&Request {
            chart: &chart,
            values: &values,
            name: "r",
            namespace: "n",
            capabilities: Capabilities::default(),
        });
        assert!(manifest(&rendering).contains(expected));
    }
    assert_eq!(library.parsed_sets(), 1);
}
