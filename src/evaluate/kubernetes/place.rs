//! Places that selectors, volumes and load balancers name.

use super::cluster::Cluster;
use super::object::{Object, list, word};
use super::pod::Pod;
use crate::inventory::{Item, Location};
use crate::trace::{Map, Node};

/// Labels of nodes and volumes that name a region or zone, with whose it is if the label is a
/// provider's own.
const LABELS: &[(&str, Option<&str>)] = &[
    ("topology.kubernetes.io/region", None),
    ("topology.kubernetes.io/zone", None),
    ("failure-domain.beta.kubernetes.io/region", None),
    ("failure-domain.beta.kubernetes.io/zone", None),
    ("topology.gke.io/zone", Some("google")),
    ("topology.ebs.csi.aws.com/zone", Some("aws")),
    ("topology.disk.csi.azure.com/zone", Some("azurerm")),
    ("topology.cinder.csi.openstack.org/zone", Some("openstack")),
    (
        "topology.diskplugin.csi.alibabacloud.com/zone",
        Some("alicloud"),
    ),
    ("topology.linode.com/region", Some("linode")),
    ("csi.hetzner.cloud/location", Some("hcloud")),
    ("instance.hetzner.cloud/location", Some("hcloud")),
];

/// Annotations of Services that name where the load balancer stands.
const ANNOTATIONS: &[(&str, &str)] = &[
    ("load-balancer.hetzner.cloud/location", "hcloud"),
    ("load-balancer.hetzner.cloud/network-zone", "hcloud"),
    (
        "service.beta.kubernetes.io/scw-loadbalancer-zone",
        "scaleway",
    ),
];

/// Drivers of volumes and the Terraform provider of the same cloud.
const DRIVERS: &[(&str, &str)] = &[
    ("pd.csi.storage.gke.io", "google"),
    ("filestore.csi.storage.gke.io", "google"),
    ("kubernetes.io/gce-pd", "google"),
    ("ebs.csi.aws.com", "aws"),
    ("efs.csi.aws.com", "aws"),
    ("kubernetes.io/aws-ebs", "aws"),
    ("disk.csi.azure.com", "azurerm"),
    ("file.csi.azure.com", "azurerm"),
    ("blob.csi.azure.com", "azurerm"),
    ("kubernetes.io/azure-disk", "azurerm"),
    ("kubernetes.io/azure-file", "azurerm"),
    ("csi.hetzner.cloud", "hcloud"),
    ("dobs.csi.digitalocean.com", "digitalocean"),
    ("cinder.csi.openstack.org", "openstack"),
    ("kubernetes.io/cinder", "openstack"),
    ("linodebs.csi.linode.com", "linode"),
    ("block.csi.vultr.com", "vultr"),
    ("csi.scaleway.com", "scaleway"),
    ("csi.exoscale.com", "exoscale"),
    ("csi.ovh.com", "ovh"),
    ("diskplugin.csi.alibabacloud.com", "alicloud"),
    ("vpc.block.csi.ibm.io", "ibm"),
    ("blockvolume.csi.oraclecloud.com", "oci"),
];

/// Parameters of a StorageClass that name a place.
const PARAMETERS: &[&str] = &["zone", "zones", "location", "region"];

/// All places of the deployment that aren't arguments of a cloud resource.
pub(super) fn items(cluster: &Cluster<'_>) -> Vec<Item> {
    let mut places = Places::default();
    for pod in &cluster.pods {
        places.pod(pod);
    }
    for object in &cluster.objects {
        match object.gvk.kind.as_str() {
            "PersistentVolume" => places.volume(object),
            "StorageClass" => places.class(object),
            "Service" => places.service(object),
            _ => {}
        }
    }
    places.0.into_iter().map(Item::Location).collect()
}

#[derive(Default)]
struct Places(Vec<Location>);

impl Places {
    fn push(&mut self, provider: Option<&str>, value: &Node, subject: &str) {
        self.0.push(Location {
            provider: provider.map(str::to_owned),
            value: value.clone(),
            subject: subject.to_owned(),
        });
    }

    fn labels(&mut self, map: Option<&Map>, provider: Option<&str>, subject: &str) {
        for (label, owner) in LABELS {
            if let Some(value) = map.and_then(|m| m.get(label)) {
                self.push(owner.or(provider), value, subject);
            }
        }
    }

    /// `matchExpressions`, or `matchLabelExpressions`, whose `key` is a place.
    fn expressions(&mut self, expressions: &[Node], provider: Option<&str>, subject: &str) {
        for expression in expressions {
            let key = expression.get("key").and_then(word);
            let excludes = matches!(
                expression.get("operator").and_then(word),
                Some("NotIn" | "Exists" | "DoesNotExist")
            );
            let Some((_, owner)) = LABELS.iter().find(|(l, _)| Some(*l) == key) else {
                continue;
            };
            if excludes {
                continue;
            }
            for value in list(expression, "values") {
                self.push(owner.or(provider), value, subject);
            }
        }
    }

    fn pod(&mut self, pod: &Pod<'_>) {
        let title = pod.object.title();
        let selector = pod.spec.get("nodeSelector").and_then(Node::as_map);
        self.labels(selector, None, &format!("node selector of {title}"));
        let subject = format!("node affinity of {title}");
        let Some(affinity) = pod.spec.at(&["affinity", "nodeAffinity"]) else {
            return;
        };
        if let Some(required) = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") {
            self.terms(list(required, "nodeSelectorTerms"), None, &subject);
        }
        for preferred in list(affinity, "preferredDuringSchedulingIgnoredDuringExecution") {
            if let Some(term) = preferred.get("preference") {
                self.terms(std::slice::from_ref(term), None, &subject);
            }
        }
    }

    fn terms(&mut self, terms: &[Node], provider: Option<&str>, subject: &str) {
        for term in terms {
            self.expressions(list(term, "matchExpressions"), provider, subject);
        }
    }

    fn volume(&mut self, object: &Object<'_>) {
        let subject = object.title();
        let Some(spec) = object.spec() else { return };
        let driver = spec.at(&["csi", "driver"]).and_then(word);
        let provider = driver.and_then(provider_of).or_else(|| {
            let kinds = [
                ("awsElasticBlockStore", "aws"),
                ("gcePersistentDisk", "google"),
                ("azureDisk", "azurerm"),
                ("azureFile", "azurerm"),
                ("cinder", "openstack"),
            ];
            let kind = kinds.iter().find(|(key, _)| spec.get(key).is_some());
            kind.map(|(_, provider)| *provider)
        });
        self.labels(object.metadata("labels"), provider, &subject);
        if let Some(required) = spec.at(&["nodeAffinity", "required"]) {
            self.terms(list(required, "nodeSelectorTerms"), provider, &subject);
        }
    }

    fn class(&mut self, object: &Object<'_>) {
        let subject = object.title();
        let driver = object.root.get("provisioner").and_then(word);
        let provider = driver.and_then(provider_of);
        for topology in list(object.root, "allowedTopologies") {
            let expressions = list(topology, "matchLabelExpressions");
            self.expressions(expressions, provider, &subject);
        }
        let parameters = object.root.get("parameters").and_then(Node::as_map);
        for key in PARAMETERS {
            let Some(text) = parameters.and_then(|p| p.get(key)).and_then(Node::as_text) else {
                continue;
            };
            for part in text.split(",") {
                let part = part.trim();
                if !part.is_empty() {
                    self.push(provider, &Node::text(part), &subject);
                }
            }
        }
    }

    fn service(&mut self, object: &Object<'_>) {
        let annotations = object.metadata("annotations");
        for (key, provider) in ANNOTATIONS {
            if let Some(value) = annotations.and_then(|a| a.get(key)) {
                let subject = format!("load balancer of {}", object.title());
                self.push(Some(provider), value, &subject);
            }
        }
    }
}

fn provider_of(driver: &str) -> Option<&'static str> {
    DRIVERS
        .iter()
        .find(|(name, _)| *name == driver)
        .map(|(_, provider)| *provider)
}
