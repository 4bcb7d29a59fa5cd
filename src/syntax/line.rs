//! How a setting is written in each language: the line to add, for people to copy.

use super::Format;

/// What a setting is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A truth value, a number, null: what stands without quotes everywhere.
    Word(String),
    /// Text.
    Text(String),
    /// Texts.
    List(Vec<String>),
}

/// The line that sets the value under `keys`, the outermost first, in a file of the format.
#[must_use]
pub fn line(format: Format, keys: &[String], value: &Literal) -> String {
    let Some((last, outer)) = keys.split_last() else {
        return value_in(format, value);
    };
    let value = value_in(format, value);
    let key = |key: &str| key_in(format, key);
    match format {
        Format::Yaml | Format::Json | Format::Json5 | Format::JavaScript => {
            nested(outer, &format!("{}: {value}", key(last)), |k, inner| {
                format!("{}: {{{inner}}}", key(k))
            })
        }
        Format::Lua => nested(outer, &format!("{last} = {value}"), |k, inner| {
            format!("{k} = {{ {inner} }}")
        }),
        Format::Php => nested(outer, &format!("{} => {value}", key(last)), |k, inner| {
            format!("{} => [{inner}]", key(k))
        }),
        Format::Jcfg => nested(outer, &format!("{last} = {value}"), |k, inner| {
            format!("{k}: {{ {inner} }}")
        }),
        Format::Toml | Format::Hocon => {
            let path: Vec<String> = keys.iter().map(|k| key(k)).collect();
            format!("{} = {value}", path.join("."))
        }
        Format::Ini if !outer.is_empty() => {
            format!("[{}] {last} = {value}", outer.join("."))
        }
        Format::Ini => format!("{last} = {value}"),
        Format::Properties | Format::Dotenv => format!("{}={value}", keys.join(".")),
        Format::Nginx => format!("{last} {value};"),
    }
}

/// `inner` in all of `outer`, the first of them outermost.
fn nested(outer: &[String], inner: &str, wrap: impl Fn(&str, &str) -> String) -> String {
    let start = inner.to_owned();
    outer
        .iter()
        .rev()
        .fold(start, |inner, key| wrap(key, &inner))
}

fn key_in(format: Format, key: &str) -> String {
    let simple = |extra: &str| {
        let word = |c: char| c.is_alphanumeric() || c == '_' || extra.contains(c);
        !key.is_empty() && key.chars().all(word)
    };
    let plain = match format {
        Format::Json | Format::Php => false,
        Format::JavaScript | Format::Json5 => simple("$"),
        Format::Yaml => is_plain(key),
        Format::Toml | Format::Hocon => simple("-"),
        _ => true,
    };
    if plain {
        key.to_owned()
    } else {
        text_in(format, key)
    }
}

fn value_in(format: Format, value: &Literal) -> String {
    match value {
        Literal::Word(word) => word.clone(),
        Literal::Text(text) => text_in(format, text),
        Literal::List(items) => {
            let items: Vec<String> = items.iter().map(|i| text_in(format, i)).collect();
            match format {
                Format::Properties | Format::Dotenv | Format::Ini => items.join(","),
                Format::Nginx => items.join(" "),
                Format::Lua => format!("{{ {} }}", items.join(", ")),
                _ => format!("[{}]", items.join(", ")),
            }
        }
    }
}

fn text_in(format: Format, text: &str) -> String {
    match format {
        Format::Yaml if is_plain(text) => text.to_owned(),
        Format::Php | Format::JavaScript => {
            format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        Format::Properties | Format::Dotenv | Format::Ini | Format::Nginx => text.to_owned(),
        _ => format!("{text:?}"),
    }
}

/// Whether YAML takes it for the text it is, by either of its versions.
fn is_plain(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "~",
    ];
    let first = text.chars().next();
    first.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '/' | '.'))
        && !WORDS.contains(&text.to_lowercase().as_str())
        && !text.ends_with(':')
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_way() {
        let keys = ["room".to_owned(), "e2ee.on".to_owned()];
        let shown = |value: &Literal| {
            let lines = Format::ALL.map(|f| format!("{:10} {}", f.name(), line(f, &keys, value)));
            lines.join("\n")
        };
        insta::assert_snapshot!(shown(&Literal::Word("true".to_owned())), @r#"
        yaml       room: {e2ee.on: true}
        json       "room": {"e2ee.on": true}
        json5      room: {"e2ee.on": true}
        dotenv     room.e2ee.on=true
        properties room.e2ee.on=true
        ini        [room] e2ee.on = true
        toml       room."e2ee.on" = true
        php        'room' => ['e2ee.on' => true]
        javascript room: {'e2ee.on': true}
        hocon      room."e2ee.on" = true
        lua        room = { e2ee.on = true }
        nginx      e2ee.on true;
        jcfg       room: { e2ee.on = true }
        "#);
        insta::assert_snapshot!(shown(&Literal::Text("no".to_owned())), @r#"
        yaml       room: {e2ee.on: "no"}
        json       "room": {"e2ee.on": "no"}
        json5      room: {"e2ee.on": "no"}
        dotenv     room.e2ee.on=no
        properties room.e2ee.on=no
        ini        [room] e2ee.on = no
        toml       room."e2ee.on" = "no"
        php        'room' => ['e2ee.on' => 'no']
        javascript room: {'e2ee.on': 'no'}
        hocon      room."e2ee.on" = "no"
        lua        room = { e2ee.on = "no" }
        nginx      e2ee.on no;
        jcfg       room: { e2ee.on = "no" }
        "#);
    }
}
