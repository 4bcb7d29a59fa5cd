//! Words with placeholders.

use std::collections::BTreeMap;

use super::fact::Fact;
use super::format::{ChartEnv, ChartFile, Lang, Product, Scalar, Written};
use super::path::ValuePath;
use crate::syntax::{self, Format, Literal};

/// What stands for each placeholder.
pub type Placeholders = BTreeMap<&'static str, String>;

/// `text` with its `{placeholders}` filled; a `{name}` that isn't known stays.
///
/// A sentence that is nothing but an empty placeholder leaves no trace.
#[must_use]
pub fn fill(text: &str, placeholders: &Placeholders) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let filled = rest.find('}').and_then(|close| {
            let value = placeholders.get(&rest[1..close])?;
            Some((value, close + 1))
        });
        match filled {
            Some((value, end)) => {
                out.push_str(value);
                rest = &rest[end..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.trim().to_owned()
}

/// Drops the sentence that holds `{write}` if there is no line to write.
#[must_use]
pub fn without_sentence(text: &str, placeholder: &str) -> String {
    let Some(at) = text.find(placeholder) else {
        return text.to_owned();
    };
    let start = text[..at].rfind(". ").map_or(0, |i| i + 1);
    let end = text[at..].find(". ").map_or(text.len(), |i| at + i + 1);
    format!("{}{}", &text[..start], &text[end..])
        .trim()
        .to_owned()
}

/// The exact line to write, in the language of the place.
#[must_use]
pub fn line_to_write(fact: &Fact<'_>) -> Option<String> {
    let written = fact.written?;
    let good = written.good.as_ref().or(fact.setting.good.as_ref())?;
    Some(in_chart(fact, written, good).unwrap_or_else(|| line(fact.product, written, good)))
}

/// The line for the values of a chart that hands variables and files on.
fn in_chart(fact: &Fact<'_>, written: &Written, good: &Scalar) -> Option<String> {
    let chart = fact.product.charts.get(fact.chart?)?;
    // A value of the chart's own comes before what it merely hands on.
    let own = fact.setting.written.iter();
    let mut own = own.filter(|w| w.value.is_some() && w.chart.as_deref() == fact.chart);
    if let (None, Some(own)) = (&fact.node, own.next()) {
        return Some(line(fact.product, own, own.good.as_ref().unwrap_or(good)));
    }
    if let Some(name) = written.env.as_ref().and_then(|e| e.as_slice().first()) {
        let mine =
            |env: &&ChartEnv| env.component.is_none() || env.component.as_deref() == fact.component;
        // A variable is text, whatever it says.
        let text = Literal::Text(good.to_string());
        let map = chart.env.iter().filter(mine).find_map(|e| e.map.as_ref());
        if let Some(map) = map {
            let mut keys = ValuePath::parse(map).last_keys();
            keys.push(name.clone());
            return Some(syntax::line(Format::OF_VALUES, &keys, &text));
        }
        let list = chart
            .env
            .iter()
            .filter(mine)
            .find_map(|e| e.list.as_ref())?;
        let entry = format!("[{{name: {name}, value: {:?}}}]", good.to_string());
        return Some(syntax::line(
            Format::OF_VALUES,
            &ValuePath::parse(list).last_keys(),
            &Literal::Word(entry),
        ));
    }
    let (file, key) = (written.file.as_ref()?, written.key.as_ref()?);
    let whole = |f: &&ChartFile| f.file == *file && f.under.is_none();
    let map = chart
        .files
        .iter()
        .filter(whole)
        .find_map(|f| f.map.as_ref())?;
    Some(in_tree(Format::OF_VALUES, &format!("{map}.{key}"), good))
}

fn line(product: &Product, written: &Written, good: &Scalar) -> String {
    if let Some(env) = &written.env
        && let Some(name) = env.as_slice().first()
    {
        return format!("{name}={good}");
    }
    if let Some(key) = &written.key {
        let file = written.file.as_ref().and_then(|f| product.files.get(f));
        let format = file.and_then(|f| f.format.parse().ok());
        return in_tree(format.unwrap_or(Format::OF_VALUES), key, good);
    }
    if let Some(value) = &written.value {
        return in_tree(Format::OF_VALUES, value, good);
    }
    if let Some(flag) = &written.argument {
        return match good {
            Scalar::Bool(true) => flag.clone(),
            good => format!("{flag}={good}"),
        };
    }
    if let Some(command) = &written.command {
        return command.replace("{value}", &good.to_string());
    }
    if let Some(question) = &written.debconf {
        return format!("{question} {good}");
    }
    good.to_string()
}

fn in_tree(format: Format, path: &str, good: &Scalar) -> String {
    let good = match good {
        // Of variables text is all there is; elsewhere it is what it says.
        Scalar::Text(text)
            if text == "null" || text.parse::<bool>().is_ok() || text.parse::<f64>().is_ok() =>
        {
            Literal::Word(text.clone())
        }
        Scalar::Text(text) => Literal::Text(text.clone()),
        Scalar::List(items) => Literal::List(items.clone()),
        word => Literal::Word(word.to_string()),
    };
    syntax::line(format, &ValuePath::parse(path).last_keys(), &good)
}

/// The words for a state of things, for summaries.
#[must_use]
pub fn join(items: &[String], lang: Lang) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => {
            let and = match lang {
                Lang::En => "and",
                Lang::De => "und",
            };
            format!("{} {and} {last}", head.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled() {
        let words = Placeholders::from([("a", "1".to_owned())]);
        assert_eq!(fill("x {a} {b} {", &words), "x 1 {b} {");
    }

    #[test]
    fn a_sentence_without_its_line_goes() {
        assert_eq!(
            without_sentence("Switch it off. Write `{write}`. Then test.", "{write}"),
            "Switch it off. Then test."
        );
        assert_eq!(without_sentence("Write `{write}`.", "{write}"), "");
    }
}
