//! Arrows run one way: a stage of the pipeline knows only those before it, and no product stands in
//! the code that reads and reports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use konform::policy::Policies;

/// The stages in the order of the pipeline. Stages of one rank don't know each other.
const RANKS: &[&[&str]] = &[
    &["trace"],
    &["workspace", "syntax"],
    &["inventory"],
    &["evaluate"],
    &["policy"],
    &["report", "fix"],
    &["cli"],
];

/// What of `syntax` the policy engine may name: doors that are the same for every format.
const POLICY_DOORS: &[(&str, &str)] = &[
    ("read", "reads a text in the format that the data names"),
    ("Format", "the name of a format"),
    ("shell", "commands in a text that a shell runs"),
    ("placeholder", "marks that some other tool fills in"),
    (
        "line",
        "writes a setting in any of them, for people to copy",
    ),
    ("Literal", "what is written"),
];

/// Where products have no name.
const NEUTRAL: &[&str] = &[
    "trace",
    "workspace",
    "syntax",
    "evaluate",
    "inventory",
    "report",
];

/// Words of products that are words of something else too, and what else.
const COMMON_WORDS: &[(&str, &str)] = &[
    ("call", "what functions are for"),
    ("client", "any client"),
    ("element", "a part of a list"),
    ("family", "functions of one kind"),
    ("ingress", "a kind of Kubernetes"),
    ("matrix", "a key of generators"),
    ("server", "any server"),
    ("services", "a key of Compose files"),
    ("synapse", "another company's data warehouse"),
];

/// What is used of modules that could also start programs or reach the network.
const HARMLESS: &[(&str, &[&str])] = &[
    ("std::process", &["ExitCode", "exit"]),
    (
        "std::net",
        &["IpAddr", "Ipv4Addr", "Ipv6Addr", "AddrParseError"],
    ),
];

struct SourceFile {
    /// Below `src/`.
    path: String,
    /// The first folder or file name: the stage.
    stage: String,
    /// The code without comments and test modules.
    lines: Vec<(usize, String)>,
}

fn sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let below = path.strip_prefix(&root).expect("below src");
            let below = below.display().to_string().replace('\\', "/");
            let text = std::fs::read_to_string(path).expect("sources are readable");
            SourceFile {
                stage: below
                    .split('/')
                    .next()
                    .unwrap_or(&below)
                    .trim_end_matches(".rs")
                    .to_owned(),
                lines: code(&text),
                path: below,
            }
        })
        .filter(|f| !is_test(&f.path))
        .collect()
}

fn walk(dir: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            walk(&path, paths);
        } else if path.extension().is_some_and(|e| e == "rs") {
            paths.push(path);
        }
    }
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/") || path.contains("_tests.rs")
}

/// The lines of code: no comments, nothing from the first inline test module on.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let inline_tests = line.trim() == "#[cfg(test)]"
            && lines
                .peek()
                .is_some_and(|(_, next)| next.contains("mod ") && next.trim_end().ends_with('{'));
        if inline_tests {
            break;
        }
        let line = line.split_once("// ").map_or(line, |(before, _)| before);
        if !line.trim_start().starts_with("//") && !line.trim().is_empty() {
            out.push((at + 1, line.to_owned()));
        }
    }
    out
}

fn rank(stage: &str) -> Option<usize> {
    RANKS.iter().position(|stages| stages.contains(&stage))
}

/// The names that follow `path` in a line: `a` in `crate::a::b`, `a` and `c` in `crate::{a::b, c}`.
fn names_after<'l>(line: &'l str, path: &str) -> Vec<&'l str> {
    let word = |text: &'l str| {
        let end = text
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(text.len());
        &text[..end]
    };
    line.match_indices(path)
        .flat_map(|(at, _)| {
            let rest = &line[at + path.len()..];
            match rest.strip_prefix('{') {
                Some(list) => top_level(list)
                    .into_iter()
                    .map(|p| word(p.trim()))
                    .collect(),
                None => vec![word(rest)],
            }
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// The parts of `a::{b, c}, d}` between commas of the outermost braces.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&list[start..at]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// The statements of a file on one line each, so that a `use` over several lines is seen whole.
fn statements(file: &SourceFile) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, line) in &file.lines {
        if open && let Some((_, last)) = out.last_mut() {
            last.push_str(line.trim());
        } else {
            out.push((*at, line.clone()));
        }
        let starts_use =
            line.trim_start().starts_with("use ") || line.trim_start().starts_with("pub use ");
        open = (open || starts_use) && !line.trim_end().ends_with(';');
    }
    out
}

fn fail(title: &str, found: &[String]) {
    assert!(found.is_empty(), "{title}\n{}", found.join("\n"));
}

#[test]
fn no_stage_knows_a_later_one() {
    let mut found = Vec::new();
    for file in sources() {
        let Some(own) = rank(&file.stage) else {
            continue;
        };
        for (at, line) in statements(&file) {
            for name in names_after(&line, "crate::") {
                let Some(other) = rank(name) else { continue };
                if name != file.stage && other >= own {
                    found.push(format!(
                        "src/{}:{at}: {} names {name}",
                        file.path, file.stage
                    ));
                }
            }
        }
    }
    fail("a stage knows only those before it:", &found);
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let known: BTreeSet<&str> = RANKS.iter().flat_map(|r| r.iter().copied()).collect();
    for file in sources() {
        let top = !file.path.contains('/');
        assert!(
            top || known.contains(file.stage.as_str()),
            "src/{} is in no stage: give {} a rank",
            file.path,
            file.stage
        );
    }
}

#[test]
fn policy_knows_no_format() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|f| f.stage == "policy") {
        for (at, line) in statements(file) {
            for name in names_after(&line, "syntax::") {
                if name != "self" && !POLICY_DOORS.iter().any(|(door, _)| *door == name) {
                    found.push(format!("src/{}:{at}: syntax::{name}", file.path));
                }
            }
        }
    }
    fail(
        "policy reads files through the doors that know no format:",
        &found,
    );
}

/// Words by which the products in `policies/products/` go.
fn product_words() -> BTreeSet<String> {
    let policies = Policies::builtin().expect("the embedded policies load");
    let mut words = BTreeSet::new();
    for product in &policies.products {
        words.insert(product.product.clone());
        words.extend(
            product
                .title
                .split(|c: char| !c.is_alphanumeric() && c != '.')
                .map(str::to_owned),
        );
        for component in product.components.values() {
            for image in &component.images {
                words.extend(image.split(['/', '*']).map(str::to_owned));
            }
        }
    }
    words
        .into_iter()
        .map(|w| w.to_lowercase().trim_matches(['-', '.']).to_owned())
        .filter(|w| w.len() > 3)
        .collect()
}

#[test]
fn products_are_data() {
    let common = |word: &str| COMMON_WORDS.iter().any(|(w, _)| *w == word);
    let words: Vec<String> = product_words().into_iter().filter(|w| !common(w)).collect();
    let mut found = Vec::new();
    for file in sources() {
        if !NEUTRAL.contains(&file.stage.as_str()) {
            continue;
        }
        for (at, line) in &file.lines {
            let lower = line.to_lowercase();
            for word in words.iter().filter(|w| has_word(&lower, w)) {
                found.push(format!("src/{}:{at}: {word}", file.path));
            }
        }
    }
    fail("products are named in policies/products/ only:", &found);
}

/// Whether `word` stands in `line` with nothing of a word beside it.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[test]
fn nothing_is_run_and_nobody_is_called() {
    let forbidden = [
        "process::Command",
        "TcpStream",
        "UdpSocket",
        "UnixStream",
        "ToSocketAddrs",
    ];
    let mut found = Vec::new();
    for file in sources() {
        for (at, line) in &file.lines {
            for word in forbidden.iter().filter(|f| line.contains(*f)) {
                found.push(format!("src/{}:{at}: {word}", file.path));
            }
            // Of these, only what neither runs nor calls anything: the exit and its code, addresses as numbers.
            for (module, harmless) in HARMLESS {
                let all = line.matches(module).count();
                let named = names_after(line, &format!("{module}::"));
                let known = named.iter().filter(|n| harmless.contains(n)).count();
                if known < all.max(named.len()) {
                    found.push(format!("src/{}:{at}: {module}", file.path));
                }
            }
        }
    }
    found.dedup();
    fail("no process and no network:", &found);
}
