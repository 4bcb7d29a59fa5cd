//! What scripts are read as doing.

use super::*;
use crate::trace::{Role, Sources};

fn follow(script: &str) -> (Sources, Run) {
    let sources = Sources::new();
    let id = sources.add("install.sh", script, Role::Code);
    let text = sources.text(id);
    let script = parse(&text);
    assert_eq!(script.problems, []);
    let out = run(&script, &text, &|name| {
        (name == "HOME").then(|| Text::plain("/root"))
    });
    assert_eq!(out.problems, []);
    (sources, out)
}

fn words(run: &Run) -> Vec<Vec<&str>> {
    run.commands
        .iter()
        .map(|c| c.words.iter().map(Text::as_str).collect())
        .collect()
}

#[test]
fn words_quotes_and_variables() {
    let (sources, out) = follow(
        "#!/bin/sh\n# c\nA=one; B='t wo' # c\nexport C=\"$A-${B}\"\necho $A \"$B\" $B pre\\ $C'x' ${D:-de fault} \\\n  \"${E:-\"q\"}\" $HOME\nX=1 cmd --flag=$(date) | tee /dev/null && other || last\n",
    );
    let words = words(&out);
    assert_eq!(words[0], ["export", "C=one-t wo"]);
    assert_eq!(
        words[1],
        [
            "echo",
            "one",
            "t wo",
            "t",
            "wo",
            "pre one-t",
            "wox",
            "de fault",
            "q",
            "/root"
        ]
    );
    assert_eq!(words[2][0], "cmd");
    assert!(out.commands[2].words[1].unknown().is_some());
    assert_eq!(out.commands[2].env.len(), 2);
    assert_eq!(out.commands[3].link, Link::Pipe);
    assert_eq!(out.commands[4].link, Link::And);
    assert!(out.commands[5].conditional);
    let two = out.commands[1].words[2].origin();
    assert_eq!(sources.slice(two.span().expect("span")), "t wo");
}

#[test]
fn files_that_are_written() {
    let (sources, out) = follow(
        "cd /opt/app/\nPASS=geheim\ncat > .env <<EOF\nA=1\nPASS=$PASS\nR=\\$x\nEOF\necho \"B=2\" >> .env\ncat <<'EOF' | sudo tee -a /etc/x.conf > /dev/null\nraw $PASS\nEOF\nprintf '%s=%s\\n' C 3 D 4 > ./p.txt\nsed -i 's/^A=.*/A=9/; s|B=\\(.\\)|B=\\1\\1|' .env\nwget -qO- x > out\n",
    );
    let file = |path: &str| {
        out.files
            .iter()
            .find(|f| f.path.as_str() == path)
            .expect("file")
    };
    let env = file("/opt/app/.env");
    assert_eq!(env.content.as_str(), "A=9\nPASS=geheim\nR=$x\nB=22\n");
    let nine = env.content.slice(2..3).origin().span().expect("span");
    assert_eq!(sources.position(nine).line, 13);
    let pass = env.content.slice(9..15).origin().span().expect("span");
    assert_eq!(sources.position(pass).line, 2);
    let conf = file("/etc/x.conf");
    assert_eq!(conf.content.as_str(), "raw $PASS\n");
    assert!(conf.append);
    assert_eq!(file("/opt/app/p.txt").content.as_str(), "C=3\nD=4\n");
    assert!(file("/opt/app/out").content.unknown().is_some());
    assert_eq!(out.files.len(), 4);
}

#[test]
fn bodies_are_conditional() {
    let (_, out) = follow(
        "f() {\n  in_function\n}\nif [ -f x ]; then\n  in_if; A=1\nelse\n  in_else\nfi\nfor i in 1 2; do in_for $i; done\ncase \"$1\" in\n  a|b) in_case ;;\n  *)\n    in_default\n    ;;\nesac\nwhile read -r l; do in_while; done < file\n( in_subshell )\n{ in_group; } > grouped\n[[ a == b && c ]] && after $A\nfunction g { in_g; }\nlast\n",
    );
    let conditional: Vec<_> = out
        .commands
        .iter()
        .map(|c| (c.words[0].as_str(), c.conditional))
        .collect();
    assert_eq!(
        conditional,
        [
            ("in_function", true),
            ("[", false),
            ("in_if", true),
            ("in_else", true),
            ("in_for", true),
            ("in_case", true),
            ("in_default", true),
            ("read", false),
            ("in_while", true),
            ("in_subshell", false),
            ("in_group", false),
            ("after", false),
            ("in_g", true),
            ("last", false),
        ]
    );
    let after = &out.commands[11];
    assert!(after.words[1].unknown().is_some());
    assert!(out.files[0].content.unknown().is_some());
}

#[test]
fn nested_shells_are_followed() {
    let (_, out) =
        follow("X=1\nsudo bash -c \"apt-get install -y $X\"\nbash <<'EOF'\ninner arg\nEOF\n");
    let words = words(&out);
    assert_eq!(words[1], ["apt-get", "install", "-y", "1"]);
    assert_eq!(words[3], ["inner", "arg"]);
}

#[test]
fn hostile_scripts_end() {
    let sources = Sources::new();
    let run_all = |script: String| {
        let id = sources.add("boot.sh", script, Role::Code);
        let text = sources.text(id);
        run(&parse(&text), &text, &|_| None)
    };
    let mut doubling = String::from("A=xxxxxxxx\n");
    for _ in 0..40 {
        doubling.push_str("A=$A$A\n");
    }
    assert!(!run_all(doubling).problems.is_empty());
    // What commands hold, and what is done to files, adds up too.
    let exports: String = (0..3_000).map(|i| format!("export V{i}=x\n")).collect();
    for script in [
        "cd a\n".repeat(20_000),
        exports + &"cmd\n".repeat(3_000),
        format!("echo a > f\n{}", "sed -i s/a/aa/ f\n".repeat(5_000)),
        format!("echo aaaaaaaa > f\n{}", "cat f f f f >> f\n".repeat(300)),
    ] {
        assert!(!run_all(script).problems.is_empty());
    }
    let many = format!(
        "echo aaaa > f\n{}cat{} > g\n",
        "cat f f >> f\n".repeat(12),
        " f".repeat(5_000)
    );
    run_all(many);
    for piece in [
        "$(",
        "${A:-",
        "\"",
        "(",
        "`",
        "if ",
        "case x in ",
        "<<E\n",
        "$((",
        "{ ",
        "a=(",
    ] {
        run_all(piece.repeat(5_000));
    }
}
