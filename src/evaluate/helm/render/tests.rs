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
        strict: true,
    })
}

#[test]
fn a_template_that_fails_does_not_stop_the_others() {
    let (dir, workspace) = tree(&[
        META,
        ("templates/a.yaml", "kind: A\n"),
        (
            "templates/b.yaml",
            "kind: B\nx: {{ required \"say x\" .Values.x }}\n",
        ),
        ("templates/c.yaml", "kind: C\nx: {{ .Values.x.y }}\n"),
        ("templates/d.yaml", "kind: D\nx: {{ if }}\n"),
        ("templates/e.yaml", "kind: E\nx: [\n"),
        ("templates/f.yaml", "kind: F\n"),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    let kinds: Vec<&str> = rendering
        .documents
        .iter()
        .map(|d| d.kind.as_str())
        .collect();
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
        (
            "templates/_h.tpl",
            "{{ define \"loop\" }}{{ include \"loop\" . }}{{ end }}",
        ),
        ("templates/a.yaml", "{{ include \"loop\" . }}"),
        ("templates/b.yaml", "{{ range until 1000000000 }}x{{ end }}"),
        ("templates/c.yaml", "{{ repeat 1000000000 \"xyz\" }}"),
        (
            "templates/d.yaml",
            "{{ define \"t\" }}{{ tpl .t . }}{{ end }}{{ tpl \"{{ tpl .t . }}\" (dict \"t\" \"{{ tpl .t . }}\") }}",
        ),
        ("templates/z.yaml", "kind: Z\n"),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    assert_eq!(rendering.documents.len(), 1);
    assert_eq!(rendering.problems.len(), 4, "{:?}", rendering.problems);
    for problem in &rendering.problems {
        assert!(problem.span.is_some(), "{problem:?}");
    }
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
    insta::assert_snapshot!(told, @r#"
    ---
    # Source: c/templates/a.yaml
    kind: "ConfigMap"
        templates/a.yaml:1:7
    data.RECORDING: "true"
        prod.yaml:1:12
          → prod.yaml:1:12  prod.yaml overrides `false`
          → templates/a.yaml:3:14  .Values.recording | quote
    "#);
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
            strict: true,
        });
        assert!(manifest(&rendering).contains(expected));
    }
    assert_eq!(library.parsed_sets(), 1);
}

#[test]
fn a_dependency_that_is_not_there_is_a_note_if_it_is_switched_on() {
    let meta = "name: a\nversion: 1.0.0\ndependencies:\n  - {name: db, version: 1.x}\n  - {name: off, version: 1.x, condition: off.enabled}\n";
    let (dir, workspace) = tree(&[
        ("Chart.yaml", meta),
        (
            "values.yaml",
            "db: {a: 1}\n'off': {enabled: false}\nglobal: {g: 2}\n",
        ),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    assert!(rendering.problems.is_empty());
    assert_eq!(rendering.notes.len(), 1);
    assert_eq!(
        rendering.notes[0].message,
        "the chart `db` is not in the tree"
    );
    let absent = &rendering.absent[0];
    assert_eq!(absent.name, "db");
    assert!(absent.values.at(&["global", "g"]).is_some());
    assert!(absent.values.get("a").is_some());
}

/// A chart that needs `db` and `lib`, of which neither is in the tree.
const LACKING: &str = "name: a\nversion: 1.0.0\ndependencies:\n  - {name: db, version: 1.x, alias: store}\n  - {name: lib, version: 1.x}\n";

#[test]
fn what_a_chart_that_is_not_there_would_say_is_not_known() {
    let (dir, workspace) = tree(&[
        ("Chart.yaml", LACKING),
        ("values.yaml", "store: {auth: {user: me}}\n"),
        (
            "templates/a.yaml",
            "kind: A\nuser: {{ .Values.store.auth.user }}\nhost: {{ first .Values.store.hosts }}\n\
             deep: {{ .Values.store.auth.more.and.more | quote }}\nname: {{ template \"lib.name\" . }}\n\
             labels:\n  {{- include \"lib.labels\" . | nindent 2 }}\n  app: web\n\
             env:\n  {{- include \"lib.env\" . | nindent 2 }}\n  - name: X\n    value: y\n\
             rest:\n  {{- include \"lib.rest\" . | nindent 2 }}\n\
             {{- if not .Values.store.ready }}{{ fail \"the store has to be ready\" }}{{ end }}\n\
             sub: {{ .Subcharts.store.Values.x }}\nend: {{ .Values.own }}\n",
        ),
        // Nothing but what isn't there: no manifest, but nobody's mistake.
        (
            "templates/b.yaml",
            "{{ include \"lib.setup\" . }}\n{{ include \"lib.all\" . }}\n",
        ),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    assert!(rendering.problems.is_empty(), "{:?}", rendering.problems);
    assert!(rendering.stops.is_empty(), "{:?}", rendering.stops);
    assert_eq!(rendering.notes.len(), 3);
    let a = rendering.documents.iter().find(|d| d.kind == "A").unwrap();
    let root = a.root.as_ref().unwrap();
    let why = |path: &[&str]| root.at(path).unwrap().why_unknown().unwrap().why.clone();
    assert_eq!(root.at(&["user"]).unwrap().as_str(), Some("me"));
    assert_eq!(why(&["host"]), "the chart `db` is not in the tree");
    assert_eq!(why(&["deep"]), "the chart `db` is not in the tree");
    assert_eq!(
        why(&["name"]),
        "the charts `db`, `lib` are not in the tree, so \"lib.name\" is not defined"
    );
    assert_eq!(root.at(&["labels", "app"]).unwrap().as_str(), Some("web"));
    assert_eq!(root.get("labels").unwrap().as_map().unwrap().len(), 2);
    let env = root.get("env").unwrap().as_list().unwrap();
    assert!(env[0].why_unknown().is_some());
    assert_eq!(env[1].get("name").unwrap().as_str(), Some("X"));
    assert!(root.get("rest").unwrap().why_unknown().is_some());
    assert!(root.get("end").unwrap().is_null());
}

#[test]
fn with_every_chart_there_a_mistake_is_one() {
    let (dir, workspace) = tree(&[
        ("Chart.yaml", LACKING),
        ("charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n"),
        ("charts/lib/Chart.yaml", "name: lib\nversion: 1.0.0\n"),
        ("templates/a.yaml", "a: {{ first .Values.store.hosts }}\n"),
        ("templates/b.yaml", "a: {{ include \"lib.name\" . }}\n"),
        ("templates/c.yaml", "a: {{ template \"lib.name\" . }}\n"),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    assert_eq!(rendering.problems.len(), 3, "{:?}", rendering.problems);
    assert!(rendering.notes.is_empty());
}

#[test]
fn what_an_unknown_condition_prints_is_in_doubt() {
    let (dir, workspace) = tree(&[
        (
            "Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n  - {name: db, version: 1.0.0, repository: https://charts.example.org}\n",
        ),
        (
            "templates/a.yaml",
            "kind: A\nsure: 1\n{{- if .Values.db.audit }}\nperhaps: 2\n{{- if true }}\ninner: {{ .Chart.Name }}\n{{- end }}\n{{- end }}\n",
        ),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    let root = rendering.documents[0].root.as_ref().unwrap();
    let doubt = ["sure", "perhaps", "inner"].map(|key| {
        let node = root.get(key).unwrap();
        node.origin.is_doubtful() || node.as_text().is_some_and(|t| t.origin().is_doubtful())
    });
    assert_eq!(doubt, [false, true, true]);
}

/// Helm looks for the dependencies of the chart itself only.
#[test]
fn what_a_subchart_lacks_is_nil_as_in_helm() {
    let (dir, workspace) = tree(&[
        META,
        (
            "charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.0.0\ndependencies:\n  - {name: db, version: 1.0.0, repository: https://charts.example.org}\n",
        ),
        (
            "charts/sub/templates/a.yaml",
            "kind: A\nhost: {{ default \"db\" .Values.db.name }}\n",
        ),
        ("charts/sub/values.yaml", "db: {}\n"),
    ]);
    let rendering = render(&workspace, &dir, &[]);
    assert_eq!(
        manifest(&rendering),
        "---\n# Source: c/charts/sub/templates/a.yaml\nkind: A\nhost: db\n"
    );
}

#[test]
fn a_template_that_is_no_text_is_a_problem_and_the_others_are_rendered() {
    let (dir, workspace) = tree(&[META, ("templates/a.yaml", "kind: A\n")]);
    std::fs::write(dir.path().join("templates/b.yaml"), b"kind: \xff\xfe\n").unwrap();
    let rendering = render(&workspace, &dir, &[]);
    assert_eq!(rendering.documents.len(), 1);
    assert_eq!(
        rendering.problems[0].message,
        "c/templates/b.yaml is not UTF-8, and not run"
    );
}
