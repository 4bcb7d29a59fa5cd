use super::{read, text};

#[test]
fn nothing_outside_of_the_checked_folder_is_read() {
    let read = read(&[(
        "main.tf",
        "resource \"a_b\" \"c\" {\n  x = file(\"/etc/passwd\")\n  y = try(file(\"../../x\"), \"ok\")\n  z = fileexists(\"/etc/passwd\")\n}\n",
    )]);
    let body = &read.resource("a_b.c").body;
    for name in ["x", "y", "z"] {
        let why = &body.get(name).and_then(|n| n.why_unknown()).unwrap().why;
        assert!(why.ends_with("lies outside of the checked folder"), "{why}");
    }
}

#[test]
fn templates_that_render_themselves_end() {
    let read = read(&[
        ("loop.tpl", "x${templatefile(\"loop.tpl\", {})}"),
        (
            "main.tf",
            "resource \"a_b\" \"c\" {\n  x = templatefile(\"loop.tpl\", {})\n  y = \"ok\"\n}\n",
        ),
    ]);
    assert_eq!(
        read.problems(),
        ["templates render templates more than 8 levels deep"]
    );
    assert_eq!(text(read.resource("a_b.c"), &["y"]), "ok");
}

#[test]
fn modules_that_call_themselves_end() {
    let read = read(&[
        (
            "main.tf",
            "module \"a\" { source = \"./m\" }\nresource \"a_b\" \"c\" { y = \"ok\" }\n",
        ),
        ("m/main.tf", "module \"a\" { source = \".\" }\n"),
    ]);
    assert_eq!(
        read.problems(),
        ["modules are nested more than 32 levels deep"]
    );
    assert_eq!(text(read.resource("a_b.c"), &["y"]), "ok");
}

#[test]
fn giant_products_end() {
    let read = read(&[(
        "main.tf",
        r#"
locals {
  n = range(1000)
  m = [for a in local.n : [for b in local.n : [for c in local.n : [for d in local.n : a]]]]
  s = join("", [for a in local.n : join("", [for b in local.n : "0123456789012345678901234567890123456789"])])
  p = setproduct(local.n, local.n, local.n)
}
resource "a_b" "c" {
  m = local.m
  s = local.s
  p = local.p
  y = "ok"
}
resource "a_b" "many" { count = 1000000 }
"#,
    )]);
    let problems = read.problems().join("\n");
    assert!(
        problems.contains("evaluation takes more than"),
        "{problems}"
    );
    assert!(
        problems.contains("a collection has more than 200000 elements"),
        "{problems}"
    );
    assert!(
        problems.contains("there are more than 2000 instances"),
        "{problems}"
    );
}

#[test]
fn deep_chains_end() {
    let mut locals = String::from("locals {\n  l0 = \"end\"\n");
    for i in 1..3000 {
        locals.push_str(&format!("  l{i} = local.l{}\n", i - 1));
    }
    locals.push_str("}\nresource \"a_b\" \"c\" {\n  x = local.l2999\n  y = \"ok\"\n}\n");
    let read = read(&[("main.tf", &locals)]);
    assert_eq!(text(read.resource("a_b.c"), &["y"]), "ok");
    assert!(
        read.problems()[0].contains("levels deep"),
        "{:?}",
        read.problems()
    );
}

#[test]
fn a_large_heredoc_is_one_run() {
    let line = "0123456789abcdef ${var.x} and so on\n".repeat(100_000);
    let main = format!(
        "variable \"x\" {{ default = 1 }}\nresource \"a_b\" \"c\" {{\n  x = <<EOT\n{line}EOT\n}}\n"
    );
    let read = read(&[("main.tf", &main)]);
    assert_eq!(text(read.resource("a_b.c"), &["x"]).len(), 100_000 * 29);
}

#[test]
fn deeply_nested_expressions_end() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a=", "}"),
        ("!", ""),
        ("f(", ")"),
        ("\"${", "}\""),
        ("-", ""),
    ] {
        for depth in [60, 5000] {
            let nested = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let main = format!(
                "resource \"a_b\" \"c\" {{ y = \"ok\" }}\n\nlocals {{\n  x = {nested}\n}}\nresource \"a_b\" \"d\" {{ x = local.x }}\n"
            );
            let read = read(&[("main.tf", &main)]);
            assert_eq!(text(read.resource("a_b.c"), &["y"]), "ok");
        }
    }
}

#[test]
fn values_that_double_end() {
    let mut locals = String::from("locals {\n  l0 = [\"lol\"]\n");
    for i in 1..60 {
        locals.push_str(&format!("  l{i} = [local.l{0}, local.l{0}]\n", i - 1));
    }
    locals.push_str("}\nresource \"a_b\" \"c\" {\n  w = jsonencode(local.l59)\n  x = local.l59\n  y = \"ok\"\n}\n");
    let read = read(&[("main.tf", &locals)]);
    assert_eq!(text(read.resource("a_b.c"), &["y"]), "ok");
    assert_eq!(read.problems(), ["a value has more than 500000 parts"]);
}

#[test]
fn copies_of_a_long_text_are_work() {
    let read = read(&[(
        "main.tf",
        r#"
locals {
  long = join("", [for i in range(1000): join("", [for j in range(100): "0123456789"])])
  many = [for i in range(1000): local.long]
  sums = [for i in range(1000): sha512(local.long)]
}
resource "a_b" "c" {
  x = local.many
  y = local.sums
}
"#,
    )]);
    assert_eq!(
        read.problems(),
        ["evaluation takes more than 2000000 steps"]
    );
}

#[test]
fn mistakes_behind_many_operators_end() {
    let tangled = format!(
        "resource \"a_b\" \"c\" {{\n  x = {}\"\n}}\n",
        "(1 * 3 || !".repeat(100)
    );
    let read = read(&[("main.tf", &tangled)]);
    assert_eq!(
        read.problems(),
        ["not valid HCL: operators and brackets are nested more than 12 levels deep"]
    );
}

#[test]
fn texts_that_double_end() {
    let mut locals = String::from("locals {\n  l0 = \"lol\"\n");
    for i in 1..60 {
        locals.push_str(&format!(
            "  l{i} = \"${{local.l{0}}}${{local.l{0}}}\"\n",
            i - 1
        ));
    }
    locals.push_str("}\nresource \"a_b\" \"c\" {\n  x = local.l59\n  y = \"ok\"\n}\n");
    let read = read(&[("main.tf", &locals)]);
    assert_eq!(text(read.resource("a_b.c"), &["y"]), "ok");
    let problems = read.problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].contains("steps") || problems[0].contains("parts"),
        "{problems:?}"
    );
}

#[test]
fn modules_that_call_each_other_end() {
    let read = read(&[
        ("a/main.tf", "module \"b\" { source = \"../b\" }\n"),
        (
            "b/main.tf",
            "module \"a\" { source = \"../a\" }\nresource \"a_b\" \"c\" { y = \"ok\" }\n",
        ),
    ]);
    assert_eq!(
        read.problems(),
        ["modules are nested more than 32 levels deep"]
    );
    assert_eq!(text(read.resource("module.b.a_b.c"), &["y"]), "ok");
}
