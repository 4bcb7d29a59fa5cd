//! `.Capabilities`: what Helm says of a cluster when it has none.

use std::rc::Rc;

use crate::evaluate::helm::functions::{Function, pure};
use crate::evaluate::helm::value::{Field, Kind, Struct, Val};
use crate::trace::Origin;

pub(super) const VERSIONS: &str = "chartutil.VersionSet";
pub(super) const KUBE_VERSION: &str = "chartutil.KubeVersion";

/// The Kubernetes version that Helm 3.17 assumes.
pub const DEFAULT_KUBE_VERSION: &str = "v1.32.0";

/// What the cluster is taken to offer.
#[derive(Debug, Clone)]
pub struct Capabilities {
    /// As `v1.32.0`.
    pub kube_version: String,
    /// Group versions, and kinds of them: `apps/v1`, `monitoring.coreos.com/v1/ServiceMonitor`.
    pub api_versions: Vec<String>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            kube_version: DEFAULT_KUBE_VERSION.to_owned(),
            api_versions: API_VERSIONS.iter().map(|s| (*s).to_owned()).collect(),
        }
    }
}

impl Capabilities {
    /// The defaults with further API versions, as `--api-versions` adds them.
    #[must_use]
    pub fn with_api_versions(mut self, more: impl IntoIterator<Item = String>) -> Self {
        self.api_versions.extend(more);
        self
    }

    /// `.Capabilities` itself.
    #[must_use]
    pub fn object(&self) -> Val {
        let text = |s: &str| Val::str(s, Origin::nowhere());
        let bare = self.kube_version.trim_start_matches('v');
        let mut parts = bare.split(['.', '-', '+']);
        let (major, minor) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let full = format!("v{bare}");
        let versions = self.api_versions.iter().map(|v| text(v)).collect();
        made(
            "chartutil.Capabilities",
            true,
            None,
            vec![
                Field::always(
                    "KubeVersion",
                    "KubeVersion",
                    made(
                        KUBE_VERSION,
                        false,
                        Some(full.clone()),
                        vec![
                            Field::always("Version", "Version", text(&full)),
                            Field::always("Major", "Major", text(major)),
                            Field::always("Minor", "Minor", text(minor)),
                        ],
                    ),
                ),
                Field::always(
                    "APIVersions",
                    "APIVersions",
                    Val::list_of(VERSIONS, versions, Origin::nowhere()),
                ),
                Field::always(
                    "HelmVersion",
                    "HelmVersion",
                    made(
                        "version.BuildInfo",
                        false,
                        None,
                        vec![
                            Field::optional("Version", "version", text("v3.17.3")),
                            Field::optional(
                                "GitCommit",
                                "git_commit",
                                text("e4da49785aa6e6ee2b86efd5dd9e43400318262b"),
                            ),
                            Field::optional("GitTreeState", "git_tree_state", text("clean")),
                            Field::optional("GoVersion", "go_version", text("go1.23.7")),
                        ],
                    ),
                ),
            ],
        )
    }
}

fn made(
    go_type: &'static str,
    pointer: bool,
    printed_alone: Option<String>,
    fields: Vec<Field>,
) -> Val {
    let made = Struct {
        go_type,
        pointer,
        printed: None,
        printed_alone,
        fields,
    };
    Val::new(Kind::Struct(Rc::new(made)), Origin::nowhere())
}

pub(super) const METHODS: &[Function] = &[pure("Has", "s", |c, a| {
    let Some(wanted) = a.get(1).and_then(Val::as_text) else {
        return Ok(Val::bool(false, c.origin(a)));
    };
    let all = a.first().and_then(Val::as_list).unwrap_or(&[]);
    let holds = all
        .iter()
        .any(|v| v.as_text().is_some_and(|t| t.as_str() == wanted.as_str()));
    Ok(Val::bool(holds, c.origin(a)))
})];

pub(super) const KUBE_METHODS: &[Function] =
    &[pure("GitVersion", "", version), pure("String", "", version)];

fn version(
    _: &mut crate::evaluate::helm::template::Call<'_>,
    args: &[Val],
) -> Result<Val, crate::evaluate::helm::template::Failure> {
    match args.first().map(|v| &v.kind) {
        Some(Kind::Struct(s)) => Ok(s
            .field("Version")
            .cloned()
            .unwrap_or_else(|| Val::nil(Origin::nowhere()))),
        _ => Err("no version".into()),
    }
}

/// The group versions (and kinds) that Helm knows without a cluster.
const API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "autoscaling/v2beta1",
    "autoscaling/v2beta2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1alpha1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha1",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1alpha1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];
