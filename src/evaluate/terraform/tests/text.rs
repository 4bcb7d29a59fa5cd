use super::{read, text};
use crate::trace::Node;

#[test]
fn heredocs_map_byte_by_byte() {
    let read = read(&[(
        "main.tf",
        "resource \"a_b\" \"c\" {\n  x = <<-EOT\n    first: ü\n      second: two\n  EOT\n}\n",
    )]);
    let resource = read.resource("a_b.c");
    assert_eq!(text(resource, &["x"]), "first: ü\n  second: two\n");
    let all = resource.body.get("x").unwrap().as_text().unwrap();
    let at = all.as_str().find("two").unwrap();
    let span = all.slice(at..at + 3).origin().span().unwrap();
    assert_eq!(read.sources().slice(span), "two");
    assert_eq!(read.sources().position(span).line, 4);
}

#[test]
fn the_way_through_a_template_file_is_told() {
    let read = read(&[
        (
            "terraform.tfvars",
            "recording = true\nhost = \"meet.example.org\"\n",
        ),
        (
            "main.tf",
            r#"
variable "recording" { type = bool }
variable "host" {}
module "meet" {
  source    = "./meet"
  recording = var.recording
  host      = var.host
}
"#,
        ),
        (
            "meet/main.tf",
            r#"
variable "recording" {}
variable "host" {}
resource "helm_release" "meet" {
  values = [templatefile("${path.module}/values.yaml.tpl", {
    recording = var.recording
    host      = var.host
  })]
  encoded = base64encode("host: ${var.host}\n")
  decoded = base64decode(base64encode("host: ${var.host}\n"))
}
"#,
        ),
        (
            "meet/values.yaml.tpl",
            "jibri:\n  recording: ${recording}\n%{ if recording ~}\n  host: ${host}\n%{ endif ~}\n",
        ),
    ]);
    let release = read.resource("module.meet.helm_release.meet");
    let values = &release.body.get("values").unwrap().as_list().unwrap()[0];
    let all = values.as_text().unwrap();
    assert_eq!(
        all.as_str(),
        "jibri:\n  recording: true\n  host: meet.example.org\n"
    );
    let at = all.as_str().find("true").unwrap();
    let origin = all.slice(at..at + 4).origin();
    let span = origin.span().unwrap();
    assert_eq!(read.sources().slice(span), "true");
    let path = read.sources().get(span.source).path.clone();
    assert_eq!(path, "terraform.tfvars");
    let way: Vec<_> = origin.steps().iter().map(|s| s.note.to_string()).collect();
    assert_eq!(
        way,
        [
            "var.recording",
            "module.meet, recording",
            "var.recording",
            "template",
            "templatefile meet/values.yaml.tpl"
        ]
    );
    let decoded = release.body.get("decoded").unwrap();
    assert_eq!(
        read.place(decoded).lines().next(),
        Some("terraform.tfvars:2: meet.example.org")
    );
}

#[test]
fn what_a_template_lacks_is_unknown_and_the_rest_is_read() {
    let read = read(&[
        ("boot.sh", "export A=${a}\nexport B=${missing}\n"),
        (
            "main.tf",
            "resource \"a_b\" \"c\" { x = templatefile(\"boot.sh\", {a = 1}) }\n",
        ),
    ]);
    let x = read
        .resource("a_b.c")
        .body
        .get("x")
        .unwrap()
        .as_text()
        .unwrap();
    assert!(
        x.as_str().starts_with("export A=1\nexport B="),
        "{}",
        x.as_str()
    );
    assert!(x.unknown().unwrap().why.contains("missing"));
}

#[test]
fn conditions_are_guards() {
    let read = read(&[
        ("terraform.tfvars", "eu = false\n"),
        (
            "main.tf",
            "variable \"eu\" {}\nresource \"a_b\" \"c\" { place = var.eu ? \"fsn1\" : \"ash\" }\n",
        ),
    ]);
    let place = read.resource("a_b.c").body.get("place").unwrap();
    assert_eq!(read.place(place), "main.tf:2: ash");
    let origin = place.as_text().unwrap().origin();
    let step = origin.steps()[0].clone();
    assert_eq!(
        read.sources().slice(step.inputs[0].span().unwrap()),
        "false"
    );
}

mod literals {
    use proptest::prelude::*;

    use crate::evaluate::terraform::evaluate_alone;
    use crate::evaluate::terraform::value::Data;
    use crate::trace::{Role, Sources};

    /// A piece of a quoted string: as it is written, and what it means.
    fn piece() -> impl Strategy<Value = (String, String)> {
        prop_oneof![
            "[a-zA-Z0-9 äß€😀/:.-]{1,6}".prop_map(|s| (s.clone(), s)),
            Just(("\\n".to_owned(), "\n".to_owned())),
            Just(("\\\"".to_owned(), "\"".to_owned())),
            Just(("\\\\".to_owned(), "\\".to_owned())),
            Just(("$${".to_owned(), "${".to_owned())),
            Just(("\\u00e4".to_owned(), "ä".to_owned())),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What a quoted string holds comes from the bytes between its quotes, one by one
        /// where it stands as it is, escapes as a whole.
        #[test]
        fn quoted_strings_point_at_their_bytes(
            pieces in proptest::collection::vec(piece(), 1..8),
        ) {
            let written: String = pieces.iter().map(|(w, _)| w.as_str()).collect();
            let meant: String = pieces.iter().map(|(_, m)| m.as_str()).collect();
            let sources = Sources::new();
            let text = format!("\"{written}\"");
            let id = sources.add("a.tf", text.clone(), Role::Code);
            let val = evaluate_alone(&sources.text(id)).expect("a literal");
            let Data::Str(read) = &val.data else {
                return Err(TestCaseError::fail("no text"));
            };
            prop_assert_eq!(read.as_str(), meant.as_str());
            for (range, run) in read.runs() {
                let span = run.origin.span().expect("a place");
                prop_assert!(span.start > 0);
                prop_assert!((span.end as usize) < text.len());
                if span.len() == run.len as usize {
                    prop_assert_eq!(sources.slice(span), &read.as_str()[range]);
                }
            }
        }
    }
}

#[test]
fn line_breaks_between_brackets_are_spaces() {
    let read = read(&[(
        "main.tf",
        r##"
locals {
  yes    = true
  joined = join(",", [<<-EOT
    a
  EOT
    , # ) not the end
    "b"]
  )
  chosen = (local.yes
    && local.joined != "" // either
    ? <<EOT
c
EOT
  : "")
  mapped = { # for each
    for k in ["x", "y"] : k =>
    local.yes
    ? upper(k)
    : k
  }
  plain = {
    a = 1 # one
    b = 2
  }
}
resource "a_b" "c" {
  joined = local.joined
  chosen = local.chosen
  mapped = local.mapped.y
  plain  = local.plain.b
  said   = "${join("", [
    "# ä",
    local.mapped.x
  ])}"
}
"##,
    )]);
    assert_eq!(read.problems(), Vec::<&str>::new());
    let c = read.resource("a_b.c");
    assert_eq!(text(c, &["joined"]), "a\n,b");
    assert_eq!(text(c, &["chosen"]), "c\n");
    assert_eq!(text(c, &["mapped"]), "Y");
    assert_eq!(text(c, &["said"]), "# äX");
    let said = c.body.get("said").and_then(Node::as_text).unwrap();
    let place = Node::text(said.slice(0..4));
    assert_eq!(read.place(&place), "main.tf:33: # ä");
}

#[test]
fn the_last_of_repeated_keys_counts() {
    let read = read(&[
        (
            "main.tf",
            "variable \"v\" {}\nresource \"a_b\" \"c\" {\n  x = var.v\n  y = { a = 1, \"a-b\" = 2, a = 3, \"a-b\" = 4 }\n}\n",
        ),
        (
            "terraform.tfvars",
            "other = \"ok\"\nv = {\n  key = \"one\"\n  key = \"two\"\n}\n",
        ),
    ]);
    assert_eq!(read.problems(), Vec::<&str>::new());
    let c = read.resource("a_b.c");
    assert_eq!(text(c, &["x", "key"]), "two");
    let place = c.body.at(&["x", "key"]).unwrap();
    assert_eq!(read.place(place), "terraform.tfvars:4: two");
    let ints = ["a", "a-b"].map(|k| c.body.at(&["y", k]).and_then(Node::as_int));
    assert_eq!(ints, [Some(3), Some(4)]);
}
