//! Which products are there: from the items of a deployment to [`Subject`]s.

use std::borrow::Cow;

use super::assembled;
use super::chart;
use super::files::{BoundFile, bind_file, bind_files, bind_those, named};
use super::format::Product;
use super::image::{Image, glob};
use super::load::Policies;
use crate::inventory::{
    Command, Container, Deployment, Env, Environment, Gap, Host, Item, MountedFile, Workload,
};
use crate::syntax;
use crate::trace::{Node, Origin, Problem, Text};

/// Something of a product that carries settings: a container, a chart's values, a
/// configuration file, a machine.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The product.
    pub product: &'a Product,
    /// The component; none where only the product is known.
    pub component: Option<&'a str>,
    /// The namespace.
    pub namespace: Option<&'a str>,
    /// How it is deployed.
    pub layer: Layer,
    /// Environment variables in order; the last of a name counts.
    pub env: Cow<'a, [Env]>,
    /// Parts of the environment that can't be seen.
    pub gaps: Cow<'a, [Gap]>,
    /// Values of a chart that can't be seen: anything may be said there.
    pub unseen: Option<&'a Gap>,
    /// Configuration files, parsed.
    pub files: Vec<BoundFile<'a>>,
    /// Paths of mounts whose content can't be seen.
    pub hidden: Vec<(&'a str, &'a Gap)>,
    /// Command line.
    pub args: &'a [Node],
    /// A chart's name in the product file, and its values.
    pub values: Option<(&'a str, &'a Node)>,
    /// Commands that run there.
    pub commands: Cow<'a, [Command]>,
    /// The version, as far as a tag tells it.
    pub version: Option<String>,
    /// The version of the chart that deploys it.
    pub chart_version: Option<String>,
    /// The files that the chart makes of values, for this component.
    pub makes: Vec<&'a str>,
    /// Where it is deployed.
    pub origin: Origin,
    /// Where an environment variable or value would be added.
    pub add_at: Origin,
    /// The name of the workload, release or machine.
    pub name: String,
    /// The image reference.
    pub image: Option<&'a Node>,
    /// Where the workload of the container is written.
    pub workload_at: Option<&'a Origin>,
}

/// How something is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// As a container.
    Container,
    /// As a chart whose templates aren't at hand.
    Chart,
    /// On a machine.
    Host,
    /// Commands that look after it, wherever it is deployed.
    Tool,
    /// All that is there is a configuration file.
    File,
    /// All that is there are environment variables.
    Environment,
}

/// The subjects of one deployment, and what could not be read in their files.
#[must_use]
pub fn subjects<'a>(
    deployment: &'a Deployment,
    policies: &'a Policies,
) -> (Vec<Subject<'a>>, Vec<Problem>) {
    let (mut out, mut problems) = (Vec::new(), Vec::new());
    for item in &deployment.items {
        match item {
            Item::Workload(workload) => {
                for container in &workload.containers {
                    of_container(workload, container, policies, &mut problems, &mut out);
                }
            }
            Item::Release(release) => chart::of_release(release, policies, &mut out),
            Item::Host(host) => of_host(host, policies, &mut out),
            Item::File(file) => of_file(file, policies, &mut out),
            Item::Environment(environment) => of_environment(environment, policies, &mut out),
            Item::Resource(_) | Item::Route(_) | Item::Location(_) | Item::Opening(_) => {}
        }
    }
    of_common_files(deployment, &mut out);
    (out, problems)
}

/// Files that prove nothing by themselves, for the products that are known to be there.
fn of_common_files<'a>(deployment: &'a Deployment, out: &mut Vec<Subject<'a>>) {
    let mut products: Vec<&'a Product> = Vec::new();
    for subject in out.iter() {
        if !products.iter().any(|p| std::ptr::eq(*p, subject.product)) {
            products.push(subject.product);
        }
    }
    for product in products {
        let near: Vec<Option<&str>> = out
            .iter()
            .filter(|s| std::ptr::eq(s.product, product))
            .map(|s| s.namespace)
            .collect();
        for item in &deployment.items {
            let (files, namespace): (Vec<&'a [MountedFile]>, _) = match item {
                Item::File(file) => (vec![std::slice::from_ref(file)], None),
                Item::Host(host) => (vec![host.files.as_slice()], None),
                // What stands in front of it may be another program's container.
                Item::Workload(workload) if near.contains(&workload.namespace.as_deref()) => (
                    workload
                        .containers
                        .iter()
                        .map(|c| c.files.as_slice())
                        .collect(),
                    workload.namespace.as_deref(),
                ),
                _ => continue,
            };
            for bound in files
                .into_iter()
                .flat_map(|f| bind_those(product, f, false))
            {
                let mut subject = Subject::new(
                    product,
                    Layer::Tool,
                    bound.name.to_owned(),
                    bound.origin.clone(),
                );
                subject.component = bound.file.component.as_deref();
                subject.namespace = namespace;
                subject.files.push(bound);
                out.push(subject);
            }
        }
    }
}

impl<'a> Subject<'a> {
    /// A subject with nothing in it.
    pub(super) fn new(product: &'a Product, layer: Layer, name: String, origin: Origin) -> Self {
        Self {
            product,
            component: None,
            namespace: None,
            layer,
            env: Cow::Borrowed(&[]),
            gaps: Cow::Borrowed(&[]),
            unseen: None,
            files: Vec::new(),
            hidden: Vec::new(),
            args: &[],
            values: None,
            commands: Cow::Borrowed(&[]),
            version: None,
            chart_version: None,
            makes: Vec::new(),
            add_at: origin.clone(),
            origin,
            name,
            image: None,
            workload_at: None,
        }
    }
}

fn of_container<'a>(
    workload: &'a Workload,
    container: &'a Container,
    policies: &'a Policies,
    problems: &mut Vec<Problem>,
    out: &mut Vec<Subject<'a>>,
) {
    let mut known = false;
    for product in &policies.products {
        let Some(component) = component_of(product, container) else {
            continue;
        };
        known = true;
        let mut subject = Subject::new(
            product,
            Layer::Container,
            workload.name.clone(),
            container.origin.clone(),
        );
        subject.component = Some(component);
        subject.namespace = workload.namespace.as_deref();
        subject.env = Cow::Borrowed(&container.env);
        subject.gaps = Cow::Borrowed(&container.env_gaps);
        subject.args = &container.args;
        subject.image = container.image.as_ref();
        subject.workload_at = Some(&workload.origin);
        subject.hidden = container
            .file_gaps
            .iter()
            .map(|(path, gap)| (path.as_str(), gap))
            .collect();
        subject.version = container
            .image
            .as_ref()
            .and_then(Node::as_str)
            .and_then(|i| Image::parse(i).version());
        subject.add_at = container.env_at.clone();
        subject.commands = Cow::Owned(commands_in(&container.args));
        for file in &container.files {
            for (name, description) in &product.files {
                let own = description
                    .component
                    .as_deref()
                    .is_none_or(|c| c == component);
                if named(description, &file.path)
                    && let Some(bound) = bind_file(
                        name,
                        description,
                        file,
                        if own { 0 } else { description.at_least.min(1) },
                        problems,
                    )
                {
                    if description.env {
                        continue;
                    }
                    subject.files.push(bound);
                }
            }
        }
        for (name, description) in &product.files {
            let own = description.component.as_deref() == Some(component);
            for variable in description.variables.iter().filter(|_| own) {
                if let Some(env) = container.env(variable) {
                    let file = MountedFile {
                        path: variable.clone(),
                        content: env.value.clone(),
                    };
                    subject
                        .files
                        .extend(bind_file(name, description, &file, 0, problems));
                }
            }
        }
        let made = assembled::files(product, component, container, workload);
        subject.files.extend(made);
        out.push(subject);
    }
    if !known {
        // A side car or an unknown image may still carry a known product's file.
        for file in &container.files {
            of_file(file, policies, out);
        }
    }
}

/// The component of `product` that this container is.
fn component_of<'a>(product: &'a Product, container: &Container) -> Option<&'a str> {
    let reference = container.image.as_ref().and_then(image_text);
    let image = reference.as_deref().map(Image::parse);
    for (name, component) in &product.components {
        let by_image = image
            .as_ref()
            .is_some_and(|image| component.images.iter().any(|i| image.is(i)));
        let by_marks = !by_image
            && component.marks.as_ref().is_some_and(|marks| {
                let found = marks
                    .env
                    .iter()
                    .filter(|mark| container.env.iter().any(|e| glob(e.name.as_str(), mark)))
                    .count();
                found >= marks.at_least.max(1)
            });
        if !by_image && !by_marks {
            continue;
        }
        let also = &component.also;
        let env_holds = also.env.iter().all(|(name, want)| {
            let want = want.to_string();
            container
                .env(name)
                .and_then(|e| e.value.as_str())
                .is_some_and(|have| want == "*" || have == want)
        });
        let argument_holds = also.argument.as_ref().is_none_or(|want| {
            container
                .args
                .iter()
                .filter_map(Node::as_str)
                .any(|a| glob(a, want))
        });
        let excluded = reference
            .as_deref()
            .is_some_and(|r| also.not_image.iter().any(|not| glob(r, not)));
        if env_holds && argument_holds && !excluded {
            return Some(name);
        }
    }
    None
}

/// The image reference; of one that is known in part only (`repo/name:${TAG}`), the part up to
/// the first unknown.
pub(super) fn image_text(node: &Node) -> Option<String> {
    let text = node.as_text()?;
    let mut out = String::new();
    for (range, run) in text.runs() {
        if run.unknown.is_some() {
            // An unknown registry or organisation in front: the rest still names the image.
            out.push('?');
        } else {
            out.push_str(&text.as_str()[range]);
        }
    }
    Some(out)
}

/// Shell text handed to a shell: `sh -c "…"`.
fn commands_in(args: &[Node]) -> Vec<Command> {
    let shell = args.iter().filter_map(Node::as_str).any(|a| {
        matches!(
            a.rsplit('/').next(),
            Some("sh" | "bash" | "ash" | "dash" | "zsh")
        )
    });
    if !shell {
        if args.is_empty() {
            return Vec::new();
        }
        return vec![Command {
            words: args.to_vec(),
            env: Vec::new(),
            origin: args.first().map(|a| a.origin.clone()).unwrap_or_default(),
        }];
    }
    args.iter()
        .filter_map(Node::as_text)
        .filter(|t| t.as_str().contains(char::is_whitespace))
        .flat_map(script_commands)
        .collect()
}

/// The commands of a shell text.
pub(super) fn script_commands(text: &Text) -> Vec<Command> {
    commands_of(text)
        .into_iter()
        .map(|words| Command {
            origin: words.first().map(|w| w.origin.clone()).unwrap_or_default(),
            words,
            env: Vec::new(),
        })
        .collect()
}

fn commands_of(text: &Text) -> Vec<Vec<Node>> {
    let script = syntax::shell::parse(text);
    syntax::shell::run(&script, text, &|_| None)
        .commands
        .into_iter()
        .map(|command| command.words.into_iter().map(Node::text).collect())
        .collect()
}

fn of_host<'a>(host: &'a Host, policies: &'a Policies, out: &mut Vec<Subject<'a>>) {
    for product in &policies.products {
        let mut components: Vec<Option<&'a str>> = Vec::new();
        let mut seen: Option<Origin> = None;
        let mut installs = false;
        for package in &host.packages {
            for named in &product.packages {
                if glob(package.as_str(), named.name()) {
                    installs = true;
                    seen.get_or_insert_with(|| package.origin());
                    push_new(&mut components, named.component());
                }
            }
        }
        for command in &host.commands {
            for word in &command.words {
                let Some(text) = word.as_str() else { continue };
                let last = text
                    .split(['?', '#'])
                    .next()
                    .unwrap_or(text)
                    .rsplit('/')
                    .next()
                    .unwrap_or(text);
                if let Some(named) = product.scripts.iter().find(|n| glob(last, n.name())) {
                    installs |= named.installs();
                    seen.get_or_insert_with(|| word.origin.clone());
                    push_new(&mut components, named.component());
                }
            }
        }
        let files = bind_files(product, &host.files);
        for file in &files {
            // Variables alone prove no deployment.
            installs |= !file.file.env;
            seen.get_or_insert_with(|| file.origin.clone());
            push_new(&mut components, file.file.component.as_deref());
        }
        let Some(origin) = seen else { continue };
        if components.iter().any(Option::is_some) {
            components.retain(Option::is_some);
        }
        for (i, component) in components.into_iter().enumerate() {
            let layer = if installs { Layer::Host } else { Layer::Tool };
            let mut subject = Subject::new(product, layer, host.name.clone(), origin.clone());
            subject.component = component;
            subject.files = files
                .iter()
                .filter(|f| f.file.component.is_none() || f.file.component.as_deref() == component)
                .cloned()
                .collect();
            if i == 0 {
                subject.commands = Cow::Borrowed(&host.commands);
            }
            subject.env = Cow::Owned(
                host.commands
                    .last()
                    .map(|c| c.env.clone())
                    .unwrap_or_default(),
            );
            out.push(subject);
        }
    }
}

fn push_new<'a>(list: &mut Vec<Option<&'a str>>, item: Option<&'a str>) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn of_file<'a>(file: &'a MountedFile, policies: &'a Policies, out: &mut Vec<Subject<'a>>) {
    for product in &policies.products {
        for bound in bind_files(product, std::slice::from_ref(file)) {
            let mut subject = Subject::new(
                product,
                Layer::File,
                file.path.clone(),
                bound.origin.clone(),
            );
            subject.component = bound.file.component.as_deref();
            if bound.file.env {
                subject.layer = Layer::Environment;
                subject.env = Cow::Owned(env_of(&bound.root));
            } else {
                subject.files.push(bound);
            }
            out.push(subject);
        }
    }
}

fn env_of(root: &Node) -> Vec<Env> {
    let Some(map) = root.as_map() else {
        return Vec::new();
    };
    map.slots()
        .map(|(name, slot)| Env {
            name: Text::opaque(name, slot.key.clone()),
            value: slot.node.clone(),
        })
        .collect()
}

fn of_environment<'a>(
    environment: &'a Environment,
    policies: &'a Policies,
    out: &mut Vec<Subject<'a>>,
) {
    for product in &policies.products {
        let known = product.files.iter().any(|(_, file)| {
            let marks = file
                .marks
                .iter()
                .filter(|m| environment.env.iter().any(|e| glob(e.name.as_str(), m)))
                .count();
            file.env && marks >= file.at_least.max(1)
        });
        if known {
            let mut subject = Subject::new(
                product,
                Layer::Environment,
                String::new(),
                environment.origin.clone(),
            );
            subject.env = Cow::Borrowed(&environment.env);
            out.push(subject);
        }
    }
}
