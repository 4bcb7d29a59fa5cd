//! `.Chart`: what `Chart.yaml` says.

use std::rc::Rc;

use crate::evaluate::helm::value::{Entries, Field, Kind, Slot, Struct, Val, sprint};
use crate::trace::{Node, Origin, Value};

/// `.Chart` from the tree of a `Chart.yaml`.
#[must_use]
pub fn chart(meta: &Node, is_root: bool) -> Val {
    let m = Reader { node: Some(meta) };
    let fields = vec![
        Field::optional("Name", "name", m.text("name")),
        Field::optional("Home", "home", m.text("home")),
        Field::optional("Sources", "sources", m.texts("sources")),
        Field::optional("Version", "version", m.text("version")),
        Field::optional("Description", "description", m.text("description")),
        Field::optional("Keywords", "keywords", m.texts("keywords")),
        Field::optional(
            "Maintainers",
            "maintainers",
            m.list("maintainers", "[]*chart.Maintainer", maintainer),
        ),
        Field::optional("Icon", "icon", m.text("icon")),
        Field::optional("APIVersion", "apiVersion", m.text("apiVersion")),
        Field::optional("Condition", "condition", m.text("condition")),
        Field::optional("Tags", "tags", m.text("tags")),
        Field::optional("AppVersion", "appVersion", m.text("appVersion")),
        Field::optional("Deprecated", "deprecated", m.bool("deprecated")),
        Field::optional("Annotations", "annotations", m.annotations()),
        Field::optional("KubeVersion", "kubeVersion", m.text("kubeVersion")),
        Field::optional(
            "Dependencies",
            "dependencies",
            m.list("dependencies", "[]*chart.Dependency", dependency),
        ),
        Field::optional("Type", "type", m.text("type")),
        Field::always("IsRoot", "IsRoot", Val::bool(is_root, Origin::nowhere())),
    ];
    let shown: Vec<String> = fields
        .iter()
        .take(fields.len() - 1)
        .map(|f| sprint(&f.val).as_str().to_owned())
        .collect();
    let made = Struct {
        go_type: "struct { chart.Metadata; IsRoot bool }",
        pointer: false,
        printed: Some(format!("{{{{{}}} {is_root}}}", shown.join(" "))),
        printed_alone: None,
        fields,
    };
    Val::new(Kind::Struct(Rc::new(made)), meta.origin.clone())
}

struct Reader<'a> {
    node: Option<&'a Node>,
}

impl Reader<'_> {
    fn get(&self, key: &str) -> Option<&Node> {
        self.node?.get(key)
    }

    fn text(&self, key: &str) -> Val {
        match self.get(key) {
            Some(node) => match node.scalar_text() {
                Some(t) => Val::text(t),
                None => Val::str("", node.origin.clone()),
            },
            None => Val::str("", self.origin()),
        }
    }

    fn origin(&self) -> Origin {
        self.node.map(|n| n.origin.clone()).unwrap_or_default()
    }

    fn bool(&self, key: &str) -> Val {
        let node = self.get(key);
        let origin = node.map_or_else(|| self.origin(), |n| n.origin.clone());
        Val::bool(node.and_then(Node::as_bool).unwrap_or(false), origin)
    }

    fn texts(&self, key: &str) -> Val {
        let items = self.get(key).and_then(Node::as_list).unwrap_or(&[]);
        let texts = items.iter().filter_map(Node::scalar_text);
        Val::strings(texts, self.origin())
    }

    fn list(&self, key: &str, go_type: &'static str, each: fn(&Node) -> Val) -> Val {
        let items = self.get(key).and_then(Node::as_list).unwrap_or(&[]);
        Val::list_of(go_type, items.iter().map(each).collect(), self.origin())
    }

    fn annotations(&self) -> Val {
        let mut entries = Entries::new();
        if let Some(Value::Map(map)) = self.get("annotations").map(|n| &n.value) {
            for (key, slot) in map.slots() {
                if let Some(t) = slot.node.scalar_text() {
                    let slot = Slot {
                        key: slot.key.clone(),
                        val: Val::text(t),
                    };
                    entries.insert(Rc::from(key), slot);
                }
            }
        }
        Val::map_of("map[string]string", entries, self.origin())
    }
}

fn maintainer(node: &Node) -> Val {
    let m = Reader { node: Some(node) };
    let fields = vec![
        Field::optional("Name", "name", m.text("name")),
        Field::optional("Email", "email", m.text("email")),
        Field::optional("URL", "url", m.text("url")),
    ];
    pointer("chart.Maintainer", fields, node)
}

fn dependency(node: &Node) -> Val {
    let m = Reader { node: Some(node) };
    let fields = vec![
        Field::always("Name", "name", m.text("name")),
        Field::optional("Version", "version", m.text("version")),
        Field::always("Repository", "repository", m.text("repository")),
        Field::optional("Condition", "condition", m.text("condition")),
        Field::optional("Tags", "tags", m.texts("tags")),
        Field::optional("Enabled", "enabled", m.bool("enabled")),
        Field::optional("Alias", "alias", m.text("alias")),
    ];
    pointer("chart.Dependency", fields, node)
}

fn pointer(go_type: &'static str, fields: Vec<Field>, node: &Node) -> Val {
    let made = Struct {
        go_type,
        pointer: true,
        printed: None,
        printed_alone: None,
        fields,
    };
    Val::new(Kind::Struct(Rc::new(made)), node.origin.clone())
}
