//! Whatever a file holds: no panic, and every place that is shown lies in its file.
//!
//! `PROPTEST_CASES=5000 cargo test --test robustness` looks longer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use konform::evaluate::helm::template::{Engine, Limits, Templates};
use konform::evaluate::helm::value::Val;
use konform::policy::{Options, Policies, check};
use konform::trace::{Origin, Sources, Span, Text};
use konform::workspace::{Config, Workspace};
use proptest::prelude::*;

static POLICIES: LazyLock<Policies> =
    LazyLock::new(|| Policies::builtin().expect("the embedded policies load"));

/// A file and its content.
type File = (PathBuf, Vec<u8>);

/// The folders of `testdata` that hold files themselves, and the sections of the cases; each a tree.
static TREES: LazyLock<Vec<Vec<File>>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut trees = Vec::new();
    for tool in folders(&root) {
        // What is there to be measured is long and of one kind.
        if tool.ends_with("cases") || tool.ends_with("bench") {
            continue;
        }
        for tree in folders(&tool) {
            let mut files = Vec::new();
            collect(&tree, &tree, &mut files);
            trees.push(files);
        }
    }
    let mut cases = Vec::new();
    collect(&root.join("cases"), &root, &mut cases);
    for (_, content) in cases {
        trees.extend(sections(&String::from_utf8_lossy(&content)));
    }
    trees.retain(|tree| !tree.is_empty());
    trees
});

fn folders(dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(dir)
        .expect("testdata is readable")
        .map(|e| e.expect("testdata is readable").path())
        .filter(|p| p.is_dir())
        .collect();
    out.sort();
    out
}

fn collect(dir: &Path, root: &Path, out: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(dir)
        .expect("testdata is readable")
        .map(|e| e.expect("testdata is readable").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, root, out);
        } else {
            let content = std::fs::read(&path).expect("testdata is readable");
            let below = path.strip_prefix(root).expect("below the root");
            out.push((below.to_path_buf(), content));
        }
    }
}

/// The trees in the code blocks of a Markdown file.
fn sections(text: &str) -> Vec<Vec<File>> {
    let mut out: Vec<Vec<File>> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line.starts_with("## ") {
            out.push(Vec::new());
        } else if line.starts_with("```") {
            open = line.contains("file=");
            if let (Some((_, name)), Some(tree)) = (line.split_once("file="), out.last_mut()) {
                tree.push((PathBuf::from(name.trim()), Vec::new()));
            }
        } else if open && let Some((_, content)) = out.last_mut().and_then(|t| t.last_mut()) {
            content.extend_from_slice(line.as_bytes());
            content.push(b'\n');
        }
    }
    out
}

/// What is done to a file.
#[derive(Debug, Clone)]
enum Harm {
    /// Everything from here on is lost.
    Truncate(usize),
    /// A line is lost.
    Delete(usize),
    /// A line comes again, `times` times.
    Repeat(usize, usize),
    /// A line changes places with another.
    Swap(usize, usize),
    /// Bytes are put in.
    Insert(usize, Vec<u8>),
    /// Lines end otherwise.
    Crlf,
    /// A line is indented otherwise.
    Indent(usize, usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let at = 0..10_000_usize;
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..6),
        prop::sample::select(vec![
            "{{",
            "}}",
            "{{ if .x }}",
            "${",
            "}",
            "&a ",
            "*a",
            "<<: ",
            "|\n",
            ">-\n",
            "\"",
            "'",
            "[",
            "]",
            "{",
            ": ",
            "- ",
            "#",
            "\t",
            "\u{feff}",
            "ä€😀",
            "\0",
            "$(",
            "`",
            "<<EOF\n",
            "\\",
            "%{",
            "!!binary ",
            "---\n",
            "=",
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
    ];
    prop_oneof![
        at.clone().prop_map(Harm::Truncate),
        at.clone().prop_map(Harm::Delete),
        (at.clone(), 1..40_usize).prop_map(|(a, n)| Harm::Repeat(a, n)),
        (at.clone(), at.clone()).prop_map(|(a, b)| Harm::Swap(a, b)),
        (at.clone(), bytes).prop_map(|(a, b)| Harm::Insert(a, b)),
        Just(Harm::Crlf),
        (at, 0..9_usize).prop_map(|(a, n)| Harm::Indent(a, n)),
    ]
}

fn apply(content: &mut Vec<u8>, harm: &Harm) {
    let length = content.len();
    if length == 0 {
        return;
    }
    match harm {
        Harm::Truncate(at) => content.truncate(at % length),
        Harm::Insert(at, bytes) => {
            let at = at % length;
            content.splice(at..at, bytes.iter().copied());
        }
        Harm::Crlf => {
            *content = content
                .split(|b| *b == b'\n')
                .collect::<Vec<_>>()
                .join(&b"\r\n"[..])
        }
        lines => {
            let mut all: Vec<Vec<u8>> =
                content.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
            let count = all.len();
            match lines {
                Harm::Delete(at) => {
                    all.remove(at % count);
                }
                Harm::Repeat(at, times) => {
                    let line = all[at % count].clone();
                    let at = at % count;
                    all.splice(at..at, std::iter::repeat_n(line, *times));
                }
                Harm::Swap(a, b) => all.swap(a % count, b % count),
                Harm::Indent(at, width) => {
                    let line = &mut all[at % count];
                    let text: Vec<u8> = line.iter().copied().skip_while(|b| *b == b' ').collect();
                    *line = [vec![b' '; *width], text].concat();
                }
                Harm::Truncate(_) | Harm::Insert(..) | Harm::Crlf => {}
            }
            *content = all.join(&b'\n');
        }
    }
}

/// Checks a tree, and that all places lie in their files.
fn run(tree: &[File]) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().canonicalize().expect("a temporary folder");
    for (path, content) in tree {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    let workspace = Workspace::open(std::slice::from_ref(&root), &root, Config::default());
    let inventory = konform::evaluate::evaluate(&workspace);
    let options = Options {
        allowed: vec!["EU".into()],
        today: "2026-01-01".into(),
        strict: true,
        ..Options::default()
    };
    let outcome = check(&inventory, &POLICIES, &options, workspace.sources());
    let sources = workspace.sources();
    for finding in &outcome.findings {
        inside(sources, finding.span, &finding.message);
        for step in &finding.trace {
            inside(sources, step.span, &step.note);
        }
        for edit in finding.fix.iter().flat_map(|f| &f.edits) {
            inside(sources, edit.span, "an edit");
        }
    }
    for problem in outcome.problems.iter().chain(&outcome.notes) {
        if let Some(span) = problem.span {
            inside(sources, span, &problem.message);
        }
    }
    for undecided in &outcome.undecided {
        if let Some(span) = undecided.span {
            inside(sources, span, &undecided.why);
        }
    }
}

fn inside(sources: &Sources, span: Span, what: &str) {
    let source = sources.get(span.source);
    assert!(
        source.text.get(span.range()).is_some(),
        "{}: bytes {}..{} of {} don't lie in the file or cut a character: {what}",
        source.path,
        span.start,
        span.end,
        source.text.len(),
    );
}

#[test]
fn every_place_lies_in_its_file() {
    assert!(TREES.len() > 50, "the trees are found");
    for tree in TREES.iter() {
        run(tree);
    }
}

/// Templates that work hard with little: `$t` is a text of 120 KB, `$m` what it holds.
const HARD: &[&str] = &[
    r#"{{ $x := "a" }}{{ range until 9000 }}{{ $x = replace "a" "ab" (print $x "a") }}{{ end }}"#,
    r#"{{ $x := "a" }}{{ range until 90000 }}{{ $x = print $x "a" }}{{ end }}"#,
    r"{{ range until 1000 }}{{ $x := fromYaml $t }}{{ end }}",
    r"{{ range until 10000 }}{{ $x := toYaml $m | fromYaml }}{{ end }}",
    r"{{ range until 10000 }}{{ $x := toYaml $m }}{{ end }}",
    r"{{ range until 10000 }}{{ $x := toJson $m | fromJson }}{{ end }}",
    r#"{{ range until 10000 }}{{ $x := regexReplaceAll "[a-z]" $t "x" }}{{ end }}"#,
    r#"{{ range until 10000 }}{{ $x := regexFindAll "[a-z]" $t -1 }}{{ end }}"#,
    r#"{{ $u := repeat 2000 "{{ 1 }}" }}{{ range until 10000 }}{{ $x := tpl $u $ }}{{ end }}"#,
    r#"{{ range until 10000 }}{{ $x := splitList " " $t | sortAlpha }}{{ end }}"#,
    r#"{{ range until 10000 }}{{ $x := splitList " " $t | join "," }}{{ end }}"#,
    r#"{{ $l := splitList " " $t }}{{ range until 10000 }}{{ $x := without $l "b" }}{{ end }}"#,
    r#"{{ range until 1000000 }}{{ $x := repeat 1000 "abc" | upper }}{{ end }}"#,
    r"{{ range until 10000 }}{{ $x := snakecase $t }}{{ end }}",
    r"{{ range until 10000 }}{{ $x := deepCopy $m | merge (dict) }}{{ end }}",
    r"{{ range until 1000000 }}{{ $x := deepEqual (dict 1 $m) (dict 1 $m) }}{{ end }}",
    r"{{ range until 10000 }}{{ range $k, $v := $m }}{{ end }}{{ end }}",
    r"{{ range until 10000 }}{{ $t }}{{ end }}",
    // What has much in common is compared long.
    r#"{{ $l := list }}{{ range $i := until 300 }}{{ $l = append $l (print $t $i) }}{{ end }}{{ range until 10000 }}{{ $x := sortAlpha $l }}{{ end }}"#,
    r#"{{ $l := list }}{{ range $i := until 300 }}{{ $l = append $l (printf "%s%03d" $t $i) }}{{ end }}{{ range until 10000 }}{{ $x := uniq $l }}{{ end }}"#,
    r#"{{ $s := repeat 500 "a" }}{{ range until 90000 }}{{ $x := regexFindAll "(.{1,100}){1,9}.*?a" $s -1 }}{{ end }}"#,
    r#"{{ $s := repeat 20000 "a" }}{{ range until 9000 }}{{ $x := regexReplaceAll "a.*b|a" $s "c" }}{{ end }}"#,
    r#"{{ range $i := until 90000 }}{{ $x := regexMatch (printf "\\pL{1,100}%d" $i) "abc" }}{{ end }}"#,
    r#"{{ $f := repeat 10000 "%d" }}{{ range until 9000 }}{{ $x := printf $f 1 }}{{ end }}"#,
    r#"{{ printf (repeat 100000 "%[1]s") $t | len }}"#,
    r#"{{ $c := repeat 1000 ">=1.2.3 || " }}{{ range until 9000 }}{{ $x := semverCompare (print $c "1") "0.2.3" }}{{ end }}"#,
    r#"{{ $f := repeat 10000 "2006-01-02T15:04:05" }}{{ range until 9000 }}{{ $x := date $f now }}{{ end }}"#,
    r"{{ $d := dict }}{{ range $i := until 1000000 }}{{ $_ := set $d (toString (sub 2000000 $i)) 1 }}{{ end }}",
    r#"{{ range until 100000 }}{{ $x := fromJson (toJson $m) }}{{ $_ := set $x "" 1 }}{{ end }}"#,
    // What is few things many times over.
    r#"{{ $x := dict }}{{ range until 60 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ $y := deepCopy $x }}"#,
    r#"{{ $x := dict }}{{ range until 60 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ toToml $x }}"#,
    r#"{{ $x := dict }}{{ $y := dict }}{{ range until 60 }}{{ $x = dict "a" $x "b" $x }}{{ $y = dict "a" $y "b" $y }}{{ end }}{{ $z := merge $x $y }}"#,
    r#"{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ toJson (deepCopy $d) }}"#,
    r"{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}",
    r"{{ until 1000000000 | len }}",
    r#"{{ $s := repeat 20000000 "a," }}{{ $x := splitList "," $s }}"#,
    r#"{{ $s := repeat 20000000 "ab" }}{{ $x := splitList "" $s }}"#,
    r#"{{ $x := fromJsonArray (print "[" (repeat 20000000 "1,") "1]") }}"#,
    r#"{{ $x := fromYamlArray (print "[" (repeat 20000000 "1,") "1]") }}"#,
    r"{{ seq 1000000000 | len }}",
    r#"{{ $s := "a" }}{{ range until 60 }}{{ $s = replace "a" "aa" $s }}{{ end }}"#,
];

#[test]
fn work_that_takes_long_is_counted_before_it_does() {
    let lines = (0..3600).map(|i| format!("key{i}: value number {i} of many\n"));
    let long = Val::str(lines.collect::<String>(), Origin::nowhere());
    let dot = Val::map_from("map[string]interface {}", [("t", long)]);
    // A share of what a chart may use, since programs that are not optimised take longer.
    let limits = Limits {
        steps: Limits::default().steps / 20,
        ..Limits::default()
    };
    for hard in HARD {
        let mut templates = Templates::new();
        let text = format!("{{{{ $t := .t }}}}{{{{ $m := fromYaml $t }}}}{hard}");
        templates.add("t", &Text::plain(text)).expect("it parses");
        let mut engine = Engine::new(Arc::new(templates), limits);
        let start = Instant::now();
        let error = engine.render("t", &dot).expect_err(hard);
        let named = ["steps", "bytes", "parts"]
            .iter()
            .any(|l| error.message.ends_with(l));
        assert!(named, "{hard}: {error}");
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "{hard} took {took:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn harmed_trees_do_no_harm(
        which in any::<prop::sample::Index>(),
        harms in prop::collection::vec((any::<prop::sample::Index>(), harm()), 1..5),
    ) {
        let mut tree = TREES[which.index(TREES.len())].clone();
        for (file, harm) in &harms {
            let at = file.index(tree.len());
            apply(&mut tree[at].1, harm);
        }
        run(&tree);
    }
}
