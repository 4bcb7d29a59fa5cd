//! Messages of many parts, as cloud-init takes them.

use super::base64;
use crate::trace::Text;

/// Messages inside messages are read so deep.
const MAX_DEPTH: usize = 4;

/// A part: its type in lower case, and its body, decoded.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: String,
    pub(super) body: Text,
}

/// All parts, in order.
pub(super) fn parts(text: &Text) -> Vec<Part> {
    let mut out = Vec::new();
    collect(text, 0, &mut out);
    out
}

fn collect(text: &Text, depth: usize, out: &mut Vec<Part>) {
    let (head, body) = split(text);
    let lower = head.to_ascii_lowercase();
    if lower.contains("multipart/") && depth < MAX_DEPTH {
        let Some(boundary) = boundary(&head) else {
            return;
        };
        for part in between(&body, &boundary) {
            collect(&part, depth + 1, out);
        }
        return;
    }
    let encoded = lower
        .lines()
        .any(|l| l.starts_with("content-transfer-encoding:") && l.contains("base64"));
    let kind = lower
        .lines()
        .find_map(|l| l.strip_prefix("content-type:"))
        .and_then(|rest| rest.split(';').next())
        .unwrap_or_default();
    out.push(Part {
        kind: kind.trim().to_owned(),
        body: if encoded {
            base64::decode(&body).unwrap_or(body)
        } else {
            body
        },
    });
}

/// The head with folded lines joined, and the body behind the first empty line.
fn split(text: &Text) -> (String, Text) {
    let chars = text.as_str();
    let mut head = String::new();
    let mut at = 0;
    for line in chars.split_inclusive('\n') {
        at += line.len();
        let bare = line.trim_end();
        if bare.is_empty() {
            if head.is_empty() {
                continue;
            }
            break;
        }
        if !bare.starts_with([' ', '\t']) && !head.is_empty() {
            head.push('\n');
        }
        head.push_str(bare);
    }
    (head, text.slice(at..text.len()))
}

fn boundary(head: &str) -> Option<String> {
    let at = head.find("boundary=")? + "boundary=".len();
    let rest = &head[at..];
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split([';', ' ', '\t', '\n', '\r']).next()?,
    };
    Some(value.to_owned()).filter(|v| !v.is_empty())
}

/// What stands between the boundary lines.
fn between(body: &Text, boundary: &str) -> Vec<Text> {
    let mark = format!("--{boundary}");
    let mut out = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in body.as_str().split_inclusive('\n') {
        if line.starts_with(&mark) {
            if let Some(start) = start {
                out.push(body.slice(start..at));
            }
            start = Some(at + line.len());
        }
        at += line.len();
    }
    // Without a last boundary line the last part goes on to the end.
    if let Some(start) = start.filter(|s| *s < at) {
        let last = body.slice(start..at);
        if !last.as_str().trim().is_empty() {
            out.push(last);
        }
    }
    out
}
