//! What the line formats are read as.

use super::*;
use crate::trace::{Role, Sources};

fn read(text: &str, dialect: Dialect) -> (Sources, Node) {
    let sources = Sources::new();
    let id = sources.add("a.properties", text, Role::Settings);
    let (node, problems) = parse(&sources.text(id), dialect);
    assert_eq!(problems, []);
    (sources, node)
}

#[test]
fn java_properties() {
    let (sources, root) = read(
        "# c\n! c\r\na.b=true\r\nc : two words \nd e\nf=one,\\\n   two\\u00e9\ng\\:h=1\ninclude other.properties\ninclude=x\nempty\n",
        JAVA,
    );
    let get = |key: &str| root.get(key).and_then(Node::as_str);
    assert_eq!(get("a.b"), Some("true"));
    assert_eq!(get("c"), Some("two words"));
    assert_eq!(get("d"), Some("e"));
    assert_eq!(get("f"), Some("one,twoé"));
    assert_eq!(get("g:h"), Some("1"));
    assert_eq!(get("include"), Some("x"));
    assert_eq!(get("empty"), Some(""));
    let f = root.get("f").and_then(Node::as_text).expect("f");
    assert_eq!(
        sources.slice(f.slice(4..7).origin().span().expect("span")),
        "two"
    );
}

#[test]
fn ini_with_sections() {
    let (sources, root) = read(
        "no-cli\ndeny=a\ndeny=b\nurl=https://x/#y ; comment\n[http]\r\nlisten = \"127.0.0.1:80\" # c\nempty =\n",
        INI,
    );
    assert_eq!(root.get("no-cli").and_then(Node::as_bool), Some(true));
    assert_eq!(
        root.get("deny").and_then(Node::as_list).map(<[_]>::len),
        Some(2)
    );
    assert_eq!(root.get("url").and_then(Node::as_str), Some("https://x/#y"));
    let listen = root.at(&["http", "listen"]).expect("listen");
    assert_eq!(listen.as_str(), Some("127.0.0.1:80"));
    assert_eq!(
        sources.slice(listen.span().expect("span")),
        "\"127.0.0.1:80\""
    );
    assert_eq!(root.at(&["http", "empty"]).and_then(Node::as_str), Some(""));
}
