//! Attributes that a provider computes without looking anywhere.

use super::{blocks, word};
use crate::trace::{Node, Origin, Text};

/// What stands between the parts.
const BOUNDARY: &str = "MIMEBOUNDARY";

/// The attribute `name` of a data source or resource of type `kind` with the arguments `body`;
/// none if only its provider could tell.
///
/// What would be packed or encoded is left as it is: whoever reads it would undo that first.
#[must_use]
pub fn computed(kind: &str, name: &str, body: &Node) -> Option<Node> {
    match (kind, name) {
        ("cloudinit_config" | "template_cloudinit_config", "rendered") => Some(parts(body)),
        ("ct_config" | "ignition_config", "rendered") => body.get("content").cloned(),
        ("local_file" | "local_sensitive_file", "content" | "content_base64") => body
            .get("content")
            .or_else(|| body.get("sensitive_content"))
            .cloned(),
        _ => None,
    }
}

/// A message of all parts.
fn parts(body: &Node) -> Node {
    let made = Origin::nowhere();
    let mut out = Text::plain(format!(
        "Content-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\nMIME-Version: 1.0\n\n"
    ));
    for part in blocks(body, "part") {
        let Some(content) = part.get("content") else {
            continue;
        };
        let kind = word(part, "content_type").unwrap_or("text/plain");
        out.push_str(&format!("--{BOUNDARY}\nContent-Type: {kind}\n\n"), &made);
        match (content.scalar_text(), content.why_unknown()) {
            (Some(text), _) => out.push(&text),
            (None, Some(why)) => {
                let unknown = Text::of_unknown("", why.clone(), content.origin.clone());
                out.push(&unknown);
            }
            (None, None) => {}
        }
        out.push_str("\n", &made);
    }
    out.push_str(&format!("--{BOUNDARY}--\n"), &made);
    Node::new(crate::trace::Value::Text(out), body.origin.clone())
}
