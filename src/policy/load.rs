//! Loads policies: the ones in the binary, and the user's own.

use std::path::Path;

use indexmap::IndexMap;
use serde::de::DeserializeOwned;

use super::format::{
    Jurisdictions, PlaceFile, Processor, ProcessorFile, Product, Rule, RuleFile, Shared,
};

/// All that konform knows.
#[derive(Debug, Default)]
pub struct Policies {
    /// In the order of their files.
    pub products: Vec<Product>,
    /// Parts of products, by name.
    pub shared: IndexMap<String, Shared>,
    /// By name.
    pub rules: IndexMap<String, Rule>,
    /// By id.
    pub processors: IndexMap<String, Processor>,
    /// In the order of their files.
    pub places: Vec<PlaceFile>,
    /// Countries.
    pub jurisdictions: Jurisdictions,
}

/// A mistake in a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The file.
    pub path: String,
    /// The line, from 1, if it is known.
    pub line: Option<usize>,
    /// The column, from 1, if it is known.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for PolicyError {}

#[derive(serde::Deserialize)]
struct Embedded {
    path: String,
    content: String,
}

const UNKNOWN_KIND: &str = "neither product, shared, rules, processors nor place";

/// What a policy file holds, told by its first keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Product,
    Shared,
    Rules,
    Processors,
    Place,
    Jurisdictions,
}

impl Policies {
    /// The policies in the binary.
    ///
    /// # Errors
    /// If the embedded data is broken, which a test rules out.
    pub fn builtin() -> Result<Self, PolicyError> {
        let mut policies = Self::default();
        let text = include_str!(concat!(env!("OUT_DIR"), "/policies.json"));
        let all: Vec<Embedded> =
            serde_json::from_str(text).map_err(|e| plain("policies", e.to_string()))?;
        for file in all {
            let value: serde_json::Value = serde_json::from_str(&file.content)
                .map_err(|e| plain(&file.path, e.to_string()))?;
            let Some(kind) = kind_of(|key| value.get(key).is_some()) else {
                return Err(plain(&file.path, UNKNOWN_KIND));
            };
            let (path, text) = (&file.path, &file.content);
            match kind {
                Kind::Product => policies.add_product(json(path, text)?),
                Kind::Shared => policies.add_shared(json(path, text)?),
                Kind::Rules => policies.rules.extend(json::<RuleFile>(path, text)?.rules),
                Kind::Processors => policies
                    .processors
                    .extend(json::<ProcessorFile>(path, text)?.processors),
                Kind::Place => policies.add_place(json(path, text)?),
                Kind::Jurisdictions => policies.jurisdictions = json(path, text)?,
            }
        }
        policies.take_in();
        Ok(policies)
    }

    /// Adds the policy files (`*.yaml`, `*.yml`) under `folder`; what has a name that is known
    /// already replaces it.
    ///
    /// # Errors
    /// The first mistake, at its line.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), PolicyError> {
        let mut files = Vec::new();
        list(folder, &mut files, 0)
            .map_err(|e| plain(&folder.display().to_string(), e.to_string()))?;
        files.sort();
        for path in files {
            let shown = path.display().to_string();
            let text = std::fs::read_to_string(&path).map_err(|e| plain(&shown, e.to_string()))?;
            self.add_text(&shown, &text)?;
        }
        self.take_in();
        super::validate::validate(self).map_err(|mut errors| errors.remove(0))
    }

    /// Adds one policy file; what a product includes is taken in once all are there.
    ///
    /// # Errors
    /// A mistake, at its line.
    pub fn add_text(&mut self, path: &str, text: &str) -> Result<(), PolicyError> {
        let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(|e| located(path, &e))?;
        let Some(kind) = kind_of(|key| value.get(key).is_some()) else {
            return Err(plain(path, UNKNOWN_KIND));
        };
        match kind {
            Kind::Product => self.add_product(yaml(path, text)?),
            Kind::Shared => self.add_shared(yaml(path, text)?),
            Kind::Rules => self.rules.extend(yaml::<RuleFile>(path, text)?.rules),
            Kind::Processors => self
                .processors
                .extend(yaml::<ProcessorFile>(path, text)?.processors),
            Kind::Place => self.add_place(yaml(path, text)?),
            Kind::Jurisdictions => self.jurisdictions = yaml(path, text)?,
        }
        Ok(())
    }

    fn add_product(&mut self, product: Product) {
        self.products.retain(|p| p.product != product.product);
        self.products.push(product);
    }

    fn add_shared(&mut self, shared: Shared) {
        self.shared.insert(shared.shared.clone(), shared);
    }

    /// Products take in what they include, once all files are read.
    fn take_in(&mut self) {
        for product in &mut self.products {
            product.take_in(|name| self.shared.get(name));
        }
    }

    fn add_place(&mut self, place: PlaceFile) {
        self.places.retain(|p| p.provider != place.provider);
        self.places.push(place);
    }

    /// The product with that id.
    #[must_use]
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|p| p.product == id)
    }
}

fn kind_of(has: impl Fn(&str) -> bool) -> Option<Kind> {
    if has("product") {
        Some(Kind::Product)
    } else if has("shared") {
        Some(Kind::Shared)
    } else if has("rules") {
        Some(Kind::Rules)
    } else if has("processors") {
        Some(Kind::Processors)
    } else if has("provider") {
        Some(Kind::Place)
    } else if has("adequacy") {
        Some(Kind::Jurisdictions)
    } else {
        None
    }
}

fn yaml<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, PolicyError> {
    serde_yaml::from_str(text).map_err(|e| located(path, &e))
}

fn json<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, PolicyError> {
    serde_json::from_str(text).map_err(|e| plain(path, e.to_string()))
}

fn located(path: &str, error: &serde_yaml::Error) -> PolicyError {
    let at = error.location();
    PolicyError {
        path: path.to_owned(),
        line: at.as_ref().map(serde_yaml::Location::line),
        column: at.as_ref().map(serde_yaml::Location::column),
        message: error.to_string(),
    }
}

fn plain(path: &str, message: impl Into<String>) -> PolicyError {
    PolicyError {
        path: path.to_owned(),
        line: None,
        column: None,
        message: message.into(),
    }
}

/// How deep policy folders may be nested.
const MAX_DEPTH: usize = 8;

fn list(folder: &Path, out: &mut Vec<std::path::PathBuf>, depth: usize) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if depth < MAX_DEPTH {
                list(&path, out, depth + 1)?;
            }
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            out.push(path);
        }
    }
    Ok(())
}
